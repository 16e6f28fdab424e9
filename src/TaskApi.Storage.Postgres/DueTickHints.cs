using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Which due times a transaction tells all nodes. Every node looks at the first due time in the database at least once a second
/// (<see cref="DueCheck"/>), so it has to be told only of what is due before its next look. What it counts on is what all nodes share, the
/// rhythm of their looks and what they have been told; never what this node alone means to do, which ends with it. For the writer alone.
/// </summary>
/// <param name="clock">The database's clock.</param>
internal sealed class DueTickHints(RunClock clock)
{
    // Within twice the rhythm every node has looked, also one that is busy.
    private const long HorizonMs = 2000;

    // A node that looks at the time it was told must find what has been committed since.
    private const long LongestCommitMs = 100;

    private long _told = long.MinValue;

    /// <summary>What to tell of a task that is due at <paramref name="dueTick"/>; null if nodes find it by themselves.</summary>
    public long? Choose(long? dueTick)
    {
        var now = clock.Now;
        // What is due has been claimed, or is being claimed.
        if (dueTick is not { } due || due <= now || due >= now + HorizonMs) return null;
        // All look at the time told last; if that is soon enough, but not so soon that this commit might miss it, they find this task then.
        return _told <= due && _told > now + LongestCommitMs ? null : due;
    }

    /// <summary>A transaction that tells it has been committed.</summary>
    public void Told(long? dueTick)
    {
        if (dueTick is { } told) _told = told;
    }
}
