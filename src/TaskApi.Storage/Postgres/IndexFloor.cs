using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// From where on to search an index by time whose entries are used up from its beginning. What a transaction has taken out of it stays
/// there until a vacuum, and a search from the beginning would pass all of that each time. It is done once a second, and finds what has been
/// put in below the floor by whoever took his time.
/// </summary>
internal sealed class IndexFloor(RunClock clock)
{
    // Whoever puts in another entry does so for now or later, and no transaction takes as long as this.
    private const long LongestMs = 60_000;

    private static readonly TimeSpan _between = TimeSpan.FromSeconds(1);

    private long _floor = long.MinValue;
    private TimeSpan _searched;

    /// <summary>From where on to search now.</summary>
    public long Next()
    {
        if (clock.Ticks.Elapsed - _searched <= _between) return _floor;
        Reset();
        return _floor;
    }

    /// <summary>Notes what a search from <see cref="Next"/> has found first.</summary>
    /// <param name="first">Null if there is nothing.</param>
    public void Found(long? first)
    {
        if (_floor != long.MinValue) return;
        var now = clock.Now - LongestMs;
        _floor = first < now ? first.Value : now;
    }

    /// <summary>An entry is put in: one that lies below, since it was due long ago when it was created, is searched for.</summary>
    public void Add(long entry)
    {
        if (entry < _floor) Reset();
    }

    /// <summary>Has the next search begin at the beginning.</summary>
    public void Reset()
    {
        _floor = long.MinValue;
        _searched = clock.Ticks.Elapsed;
    }
}
