using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Forgets tasks, within one transaction. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
/// <param name="options">How long they are kept, and how many.</param>
/// <param name="counters">The numbers and counts.</param>
internal sealed class Forgetting(WriteBatch batch, TaskOptions options, ICounters counters)
{
    /// <summary>Forgets finished tasks that are kept for too long, or that are too many.</summary>
    /// <param name="limit">How many at the most.</param>
    public void Forget(int limit)
    {
        var retention = (long)Math.Ceiling(options.Retention.TotalMilliseconds);
        var forgotten = batch.Session.Forget(batch.RetentionNow - retention, limit);
        var excess = counters.Finished - forgotten - options.MaxFinished;
        if (excess > 0 && forgotten < limit) forgotten += batch.Session.Forget(long.MaxValue, Math.Min(excess, limit - forgotten));
        counters.Forget(forgotten);
        batch.NoteForgotten(forgotten);
    }

    /// <summary>Forgets failed tasks that are kept for too long, or that are too many.</summary>
    /// <param name="limit">How many at the most.</param>
    public void ForgetFailed(int limit)
    {
        if (batch.Session.Work is not { } statements) return;
        var forgotten = statements.ForgetFailed(batch.RetentionNow - (long)Math.Ceiling(options.FailedRetention.TotalMilliseconds), limit);
        var excess = counters.Failed - forgotten - options.MaxFailed;
        if (excess > 0 && forgotten < limit) forgotten += statements.ForgetFailed(long.MaxValue, Math.Min(excess, limit - forgotten));
        counters.ForgetFailed(forgotten);
        batch.NoteForgotten(forgotten);
    }
}
