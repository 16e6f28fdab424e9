namespace TaskApi.Engine.Model;

/// <summary>When time ends an attempt, on whichever clock; <see cref="long.MaxValue"/>: never.</summary>
/// <param name="Lease">When its lease is over.</param>
/// <param name="Limit">When it has taken as long as it may.</param>
/// <param name="Grace">When the time to clean up is over.</param>
internal readonly record struct AttemptDeadlines(long Lease, long Limit, long Grace)
{
    /// <summary>The first of them.</summary>
    public long First => Math.Min(Lease, Math.Min(Limit, Grace));

    /// <summary>What the first one leads to, if it is over; else null. What took too long did so whoever ran it: that comes before a loss at the same instant.</summary>
    public TaskCommand? Passed(long now)
    {
        var first = First;
        if (first > now) return null;
        return first == Limit ? TaskCommand.FailByTime(Random.Shared.NextDouble()) : first == Grace ? TaskCommand.EndGrace() : TaskCommand.Lose();
    }
}
