using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// From where on to search an index by time whose entries are used up from its beginning. What a transaction has taken out of it stays
/// there until a vacuum, which under a snapshot that is held for long, as a dump's is, doesn't clear it away: a search from the beginning would
/// pass all of that each time. It is done once a second, more seldom where it takes long, and finds what has been put in below the floor by whoever
/// took his time.
/// </summary>
internal sealed class IndexFloor(RunClock clock)
{
    // Whoever puts in another entry does so for now or later, and hardly a transaction takes as long as this: what does is found by the next search
    // from the beginning.
    private const long LongestMs = 2000;

    // A search takes no more than one part in so many of the time.
    private const int Share = 20;

    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private long _floor = long.MinValue;
    private TimeSpan _searched;
    private TimeSpan _between = _shortest;

    /// <summary>How long to wait after a search from the beginning until the next.</summary>
    /// <param name="took">How long it took.</param>
    public static TimeSpan PauseAfter(TimeSpan took)
    {
        var pause = took * Share;
        return pause < _shortest ? _shortest : pause > _longest ? _longest : pause;
    }

    /// <summary>From where on to search now.</summary>
    public long Next()
    {
        // A clock that has been set back has others put in entries below the floor, for now.
        var isAhead = _floor != long.MinValue && _floor > clock.Now - (LongestMs / 2);
        if (!isAhead && clock.Ticks.Elapsed - _searched <= _between) return _floor;
        Reset();
        return _floor;
    }

    /// <summary>Notes what a search from <see cref="Next"/> has found first.</summary>
    /// <param name="first">Null if there is nothing.</param>
    public void Found(long? first)
    {
        if (_floor != long.MinValue) return;
        _between = PauseAfter(clock.Ticks.Elapsed - _searched);
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
