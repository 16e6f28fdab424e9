using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>When the writer has to do something by itself: a task comes due, or something is to be forgotten. For the writer alone, but where it says otherwise.</summary>
/// <param name="options">The bounds.</param>
/// <param name="clock">The run's clock.</param>
/// <param name="counters">How many tasks there are.</param>
/// <param name="keys">The calls that are kept.</param>
/// <param name="isShared">True if other processes have the database too.</param>
internal sealed class WriterDeadlines(TaskOptions options, RunClock clock, ICounters counters, IdempotencyTable keys, bool isShared)
{
    private readonly long _retention = (long)Math.Ceiling(options.Retention.TotalMilliseconds);
    private readonly long _failedRetention = (long)Math.Ceiling(options.FailedRetention.TotalMilliseconds);
    private long _nextDueTick = long.MaxValue;
    private long _announcedDueTick = long.MaxValue;
    private long _announcedAlarm = long.MaxValue;
    private long _overdueSince = long.MaxValue;
    private long _seenOverdue;
    private TimeSpan _leapt;

    /// <summary>When the first task is due, on the run's clock.</summary>
    public long NextDueTick => _nextDueTick;

    /// <summary>When the finished task to forget next was finished, on the retention clock.</summary>
    public long OldestFinished { get; private set; } = long.MaxValue;

    /// <summary>When there is something to do next, on the run's clock.</summary>
    public long Next => Math.Min(Math.Min(_nextDueTick, NextAlarm), Math.Min(Math.Min(NextForget, NextForgetFailed), clock.FromRetention(keys.NextForget)));

    /// <summary>When time does something to work next, on the run's clock.</summary>
    public long NextAlarm { get; private set; } = long.MaxValue;

    /// <summary>When the failed task to forget next failed, on the retention clock.</summary>
    public long OldestFailed { get; private set; } = long.MaxValue;

    /// <summary>When a failed task is to be forgotten next, on the run's clock.</summary>
    public long NextForgetFailed => clock.FromRetention(OldestFailed == long.MaxValue || counters.Failed > options.MaxFailed ? OldestFailed : OldestFailed + _failedRetention);

    /// <summary>When a finished task is to be forgotten next, on the run's clock.</summary>
    public long NextForget => clock.FromRetention(OldestFinished == long.MaxValue || counters.Finished > options.MaxFinished ? OldestFinished : OldestFinished + _retention);

    /// <summary>True if finished tasks are to be forgotten now, because they are too many.</summary>
    public bool HasTooManyFinished =>
        (counters.Finished > options.MaxFinished && OldestFinished <= clock.RetentionNow) || (counters.Failed > options.MaxFailed && OldestFailed <= clock.RetentionNow);

    /// <summary>True if a task is forgotten when it finishes, so that it has to be shown at once. A database that others share hides it, and deletes it later.</summary>
    public bool KeepsNothing => !isShared && options.Retention == TimeSpan.Zero;

    /// <summary>True if some of so many tasks that finish at once may be forgotten with that.</summary>
    public bool MayForgetAtOnce(int count) => KeepsNothing
        || (!isShared && (counters.Finished > options.MaxFinished - count || counters.Failed > options.MaxFailed - count || options.FailedRetention == TimeSpan.Zero));

    /// <summary>True if the clock has leapt since the last transaction.</summary>
    public bool HasLeapt => clock.Ticks.Leapt != _leapt;

    /// <summary>
    /// By how much the task that is due first is overdue: the database's first, which where it is shared is looked up every second. Thread-safe.
    /// </summary>
    public TimeSpan Overdue
    {
        get
        {
            var overdue = isShared ? new TimeSpan(Volatile.Read(ref _seenOverdue)) : clock.Since(Volatile.Read(ref _overdueSince));
            return overdue > TimeSpan.Zero ? overdue : TimeSpan.Zero;
        }
    }

    /// <summary>When time does something to work next, on the run's clock, as the database has it.</summary>
    /// <param name="work">The session's statements.</param>
    /// <param name="nextProgress">When progress is to be told of next, which is nowhere in the database.</param>
    public long FindAlarm(IWorkStatements work, long nextProgress) =>
        Math.Min(nextProgress, Math.Min(work.NextAlarm() ?? long.MaxValue, clock.FromRetention(work.NextExpiry() ?? long.MaxValue)));

    /// <summary>Asks the database.</summary>
    /// <param name="session">The session.</param>
    /// <param name="nextProgress">As above.</param>
    public void Load(IWriteSession session, long nextProgress)
    {
        Set(session.FindFirstDue() ?? FirstDue.None, session.OldestFinished() ?? long.MaxValue);
        if (session.Work is not { } work) return;
        OldestFailed = work.OldestFailed() ?? long.MaxValue;
        NextAlarm = FindAlarm(work, nextProgress);
        if (session.Aftermath.HasKept()) NextAlarm = Math.Min(NextAlarm, clock.Now);
    }

    /// <summary>A transaction is on disk.</summary>
    /// <param name="committed">What is due as it leaves it.</param>
    /// <param name="leapt">How far the clock had leapt when it began.</param>
    public void Commit(in CommittedDeadlines committed, TimeSpan leapt)
    {
        Set(committed.FirstDue, committed.OldestFinished);
        (NextAlarm, OldestFailed, _leapt) = (committed.Alarm, committed.OldestFailed, leapt);
    }

    /// <summary>Takes into account what other processes have announced.</summary>
    public void TakeAnnounced()
    {
        if (Interlocked.Exchange(ref _announcedDueTick, long.MaxValue) is var announced && announced < _nextDueTick) Volatile.Write(ref _nextDueTick, announced);
        NextAlarm = Math.Min(NextAlarm, Interlocked.Exchange(ref _announcedAlarm, long.MaxValue));
    }

    /// <summary>Time does something to work then, as the database says. Thread-safe.</summary>
    public void NoteAlarm(long alarm) => Lower(ref _announcedAlarm, alarm);

    /// <summary>Another process has a task that comes due then: the clock has to be looked at by then. Thread-safe.</summary>
    public void NoteDueTick(long dueTick) => Lower(ref _announcedDueTick, dueTick);

    /// <summary>Learns when the first task of all is due: a look at the database, which other processes change too. Thread-safe.</summary>
    /// <param name="firstDue">Null if none is pending.</param>
    /// <returns>True if that is sooner than was known.</returns>
    public bool NoteFirstDue(FirstDue? firstDue)
    {
        Volatile.Write(ref _seenOverdue, firstDue is { } first ? clock.Since(first.Since).Ticks : 0);
        if (firstDue is not { } sooner || sooner.Tick >= Volatile.Read(ref _nextDueTick)) return false;
        NoteDueTick(sooner.Tick);
        return true;
    }

    private static void Lower(ref long announced, long tick)
    {
        for (var known = Volatile.Read(ref announced); tick < known;)
        {
            var found = Interlocked.CompareExchange(ref announced, tick, known);
            if (found == known) break;
            known = found;
        }
    }

    private void Set(FirstDue firstDue, long oldestFinished)
    {
        Volatile.Write(ref _nextDueTick, firstDue.Tick);
        Volatile.Write(ref _overdueSince, firstDue.Since);
        OldestFinished = oldestFinished;
    }
}
