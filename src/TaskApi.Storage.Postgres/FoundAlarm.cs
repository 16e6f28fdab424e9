namespace TaskApi.Storage.Postgres;

/// <summary>The first instant at which time does something to work, as found by whoever looks at the database each second: for the writer. Thread-safe.</summary>
internal sealed class FoundAlarm
{
    private long _found = long.MaxValue;

    /// <summary>Notes it.</summary>
    public void Note(long at)
    {
        for (var known = Volatile.Read(ref _found); at < known;)
        {
            var seen = Interlocked.CompareExchange(ref _found, at, known);
            if (seen == known) break;
            known = seen;
        }
    }

    /// <summary>Takes what has been noted; null if nothing has.</summary>
    public long? Take() => Interlocked.Exchange(ref _found, long.MaxValue) is var found && found != long.MaxValue ? found : null;
}
