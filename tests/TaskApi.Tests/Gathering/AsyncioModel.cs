namespace TaskApi.Tests.Gathering;

/// <summary>A task as asyncio would have it: it ends when it comes due or times out, unless somebody cancels it first.</summary>
internal sealed class ModelTask(string id, DateTimeOffset dueAt, DateTimeOffset? timeoutAt)
{
    public string Id => id;

    public DateTimeOffset DueAt { get; private set; } = dueAt;

    public string Status { get; private set; } = "pending";

    public string? Reason { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public bool IsDone => Status != "pending";

    /// <summary>When it ends, or has ended, if nothing else happens; at the same instant completion wins over the timeout.</summary>
    public DateTimeOffset EndsAt => FinishedAt ?? (timeoutAt < DueAt ? timeoutAt.Value : DueAt);

    /// <summary>Whether that is, or was, without a result.</summary>
    public bool Fails => IsDone ? Status == "cancelled" : timeoutAt < DueAt;

    public void Cancel(string reason, DateTimeOffset at)
    {
        if (!IsDone)
            (Status, Reason, FinishedAt) = ("cancelled", reason, at);
    }

    public void Reschedule(DateTimeOffset newDueAt)
    {
        if (!IsDone)
            DueAt = newDueAt;
    }

    public void Elapse(DateTimeOffset now)
    {
        if (IsDone || EndsAt > now)
            return;
        if (Fails)
            Cancel("timeout", EndsAt);
        else
            (Status, FinishedAt) = ("completed", EndsAt);
    }
}

/// <summary>asyncio's waits over model tasks: when each ends, and how.</summary>
internal static class AsyncioModel
{
    /// <summary>When gather returns or raises, or null if that is now.</summary>
    public static DateTimeOffset? GatherEnds(IReadOnlyList<ModelTask> tasks, bool returnExceptions, DateTimeOffset now)
    {
        if (!returnExceptions && tasks.Any(static task => task.IsDone && task.Fails))
            return null;
        var failures = tasks.Where(static task => !task.IsDone && task.Fails).Select(static task => task.EndsAt);
        return Later(returnExceptions ? Last(tasks, now) : failures.Append(Last(tasks, now)).Min(), now);
    }

    /// <summary>
    /// The places of the tasks one of which gather tells of when it ends: of those that have failed before, the first in the
    /// order given; else any of those that fail first. Empty if it returns all results.
    /// </summary>
    public static IReadOnlyList<int> GatherFails(IReadOnlyList<ModelTask> tasks, DateTimeOffset started)
    {
        var failed = tasks.Where(static task => task.IsDone && task.Fails).ToList();
        var before = failed.Find(task => task.FinishedAt <= started);
        var first = failed.Select(static task => task.EndsAt).DefaultIfEmpty().Min();
        IEnumerable<ModelTask> told = before is not null ? [before] : failed.Where(task => task.EndsAt == first);
        return [.. told.Select(task => Enumerable.Range(0, tasks.Count).First(i => tasks[i] == task)).Distinct()];
    }

    /// <summary>When wait returns, or null if that is now. Nothing fails here but by being cancelled, so the first exception never comes.</summary>
    public static DateTimeOffset? WaitEnds(IReadOnlyList<ModelTask> tasks, bool first, DateTimeOffset now) =>
        Later(first ? tasks.Min(static task => task.EndsAt) : Last(tasks, now), now);

    private static DateTimeOffset Last(IReadOnlyList<ModelTask> tasks, DateTimeOffset now) => tasks.Select(static task => task.EndsAt).Append(now).Max();

    private static DateTimeOffset? Later(DateTimeOffset end, DateTimeOffset now) => end > now ? end : null;
}
