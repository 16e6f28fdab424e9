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
    public void Forget(int limit) => counters.Forget(Forget(batch.Session.Forget, options.Retention, counters.Finished - options.MaxFinished, limit));

    /// <summary>Forgets failed tasks that are kept for too long, or that are too many.</summary>
    /// <param name="limit">How many at the most.</param>
    public void ForgetFailed(int limit)
    {
        if (batch.Session.Work is { } statements)
            counters.ForgetFailed(Forget(statements.ForgetFailed, options.FailedRetention, counters.Failed - options.MaxFailed, limit));
    }

    private int Forget(Func<long, long, int> forget, TimeSpan retention, long excess, int limit)
    {
        var forgotten = forget(batch.RetentionNow - (long)Math.Ceiling(retention.TotalMilliseconds), limit);
        if (excess > forgotten && forgotten < limit) forgotten += forget(long.MaxValue, Math.Min(excess - forgotten, limit - forgotten));
        batch.NoteForgotten(forgotten);
        return forgotten;
    }
}
