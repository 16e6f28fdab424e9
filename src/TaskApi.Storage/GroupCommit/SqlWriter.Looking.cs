namespace TaskApi.Storage.GroupCommit;

// What the writer is told of the tasks of other processes.
internal sealed partial class SqlWriter
{
    private long _announcedDueTick = long.MaxValue;
    private long _seenOverdue;

    /// <summary>By how much the task that is due first is overdue: the database's first, which where it is shared is looked up every second.</summary>
    public TimeSpan Overdue =>
        (_cluster is null ? _clock.Since(Volatile.Read(ref _nextDueTick)) : new TimeSpan(Volatile.Read(ref _seenOverdue))) is var overdue && overdue > TimeSpan.Zero
            ? overdue : TimeSpan.Zero;

    /// <summary>Learns when the first task of all that are pending is due: a look at the database, which other processes change too. Thread-safe.</summary>
    /// <param name="dueTick">Null if none is pending.</param>
    public void NoteFirstDueTick(long? dueTick)
    {
        Volatile.Write(ref _seenOverdue, dueTick is { } first ? _clock.Since(first).Ticks : 0);
        if (dueTick < Volatile.Read(ref _nextDueTick)) NoteDueTick(dueTick.Value);
    }

    /// <summary>Another process has a task that comes due then: the clock has to be looked at by then. Thread-safe.</summary>
    public void NoteDueTick(long dueTick)
    {
        for (var known = Volatile.Read(ref _announcedDueTick); dueTick < known;)
        {
            var found = Interlocked.CompareExchange(ref _announcedDueTick, dueTick, known);
            if (found == known) break;
            known = found;
        }

        _queue.Call();
    }

    /// <summary>The clock may have been set: what was armed by it is armed anew. Thread-safe.</summary>
    public void Rearm() => _queue.Call();

    /// <summary>What other processes have done meanwhile may not have been told: has the database be asked. Thread-safe.</summary>
    public void Reload()
    {
        Volatile.Write(ref _isStale, 1);
        _queue.Call();
    }
}
