using System.Data.Common;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The writer's transactions, and the connection on which they are made. For the writer alone, but for <see cref="IsStale"/>.</summary>
/// <param name="storage">The database.</param>
/// <param name="clock">The run's clock.</param>
/// <param name="keys">The calls that are kept.</param>
/// <param name="batch">What a transaction does.</param>
/// <param name="deadlines">When something is due.</param>
/// <param name="publisher">Knows who wants to be shown what a transaction does.</param>
/// <param name="faults">After one, the next transaction finds out whether the database can be written again.</param>
/// <param name="queue">What waits for the next transaction.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="logger">Receives what happens to the database.</param>
/// <param name="measurements">Where transactions are recorded.</param>
/// <param name="options">The bounds.</param>
internal sealed partial class WriterTransactions(
    ISqlStorage storage, RunClock clock, IdempotencyTable keys, WriteBatch batch, WriterDeadlines deadlines, CommitPublisher publisher, WriterFaults faults, WriteQueue queue,
    TimeProvider timeProvider, ILogger logger, Measurements measurements, TaskOptions options) : IDisposable
{
    /// <summary>A transaction is of about this many changes, so that neither those who wait for the commit nor due tasks wait for long.</summary>
    public const int ChunkSize = 1000;

    // A failure that takes longer is none of a connection that had ended before.
    private static readonly TimeSpan _promptly = TimeSpan.FromSeconds(1);

    private readonly ICounters _counters = storage.Counters;
    private readonly bool _isShared = storage.Cluster is not null;
    private readonly HeldOperations _held = new();
    private int _isStale;

    // Until a queue is bounded there is nothing to find out about the calls for work.
    private bool _plansTakes;

    // What may be forgotten when the database has been asked.
    private bool _hasLoaded;

    // What is being done just now of what has been asked for.
    private WriteOperation? _applied;

    /// <summary>True if the database has to be asked before the next transaction, since other processes may have changed it. Thread-safe.</summary>
    public bool IsStale
    {
        get => Volatile.Read(ref _isStale) != 0;
        set => Volatile.Write(ref _isStale, value ? 1 : 0);
    }

    /// <summary>True if something else is set of queues than was known: whoever waits has to look again.</summary>
    public bool HasOtherSettings { get; set; }

    /// <summary>The connection; null before the first transaction, and after one that has failed.</summary>
    public IWriteSession? Session { get; private set; }

    /// <summary>Learns what has to be known before a transaction.</summary>
    public void Load()
    {
        var isNew = Session is null;
        Session ??= storage.OpenSession(keys, logger);
        Session.Load(clock);
        // Whoever should have renewed a lease meanwhile couldn't.
        if (isNew && Session.Work is { } work) batch.Work.Extend(work);
        deadlines.Load(Session, batch.Work.NextProgress);
        HasOtherSettings |= batch.Work.Queues.Book.Load(Session.Queues.Load());
        _hasLoaded = true;
    }

    /// <summary>Makes one.</summary>
    /// <remarks>
    /// A connection may have ended since it was used last: the server was started anew, or ended it, or somebody on the way did. As long as
    /// nothing can have been committed, all of it is done again on a new one, and nobody notices. What fails by a fault of the program's fails alone: the
    /// others are done again without it. So are those that don't concern what another process holds.
    /// </remarks>
    /// <param name="operations">What has been asked for.</param>
    /// <param name="isClosed">True if nothing new is taken.</param>
    /// <param name="committed">What it leads to, if it is on disk.</param>
    /// <returns>Why it isn't; null if it is.</returns>
    public Exception? Make(List<WriteOperation> operations, bool isClosed, out CommittedDeadlines committed)
    {
        var repeats = _isShared && Session is not null;
        var began = TimeProvider.System.GetTimestamp();
        _held.Begin();
        while (true)
        {
            try
            {
                committed = Transact(ref operations, isClosed);
                return null;
            }
            catch (Exception exception)
            {
                var isFault = storage.IsFault(exception);
                Undo();
                if (_applied is { } faulty && !isFault)
                {
                    faulty.Fail(exception);
                    // The list itself is looked at by others, too.
                    operations = operations.FindAll(operation => operation != faulty);
                    continue;
                }

                // Once more, without what another process holds.
                if (_held.Cause is null && storage.Cluster?.IsHeld(exception) is true)
                {
                    _held.Note(exception);
                    continue;
                }

                // Class 40: the server has rolled it back so that others, with which it had got into a deadlock, go on.
                repeats = repeats && isFault && exception is not StorageUnavailableException { IsOutcomeUnknown: true }
                    && (exception is DbException { SqlState: ['4', '0', ..] } || TimeProvider.System.GetElapsedTime(began) < _promptly);
                if (!repeats)
                {
                    committed = default;
                    return exception;
                }

                repeats = false;
            }
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => Session?.Dispose();

    private CommittedDeadlines Transact(ref List<WriteOperation> operations, bool isClosed)
    {
        _applied = null;
        if (Interlocked.Exchange(ref _isStale, 0) != 0) Load();
        var (dueTick, oldestFinished, alarm, oldestFailed) = (deadlines.NextDueTick, deadlines.OldestFinished, deadlines.NextAlarm, deadlines.OldestFailed);
        var session = Session ??= storage.OpenSession(keys, logger);
        if (session.Work is { IsLate: true } late)
        {
            session.Cluster?.GiveUpNext();
            batch.Work.Extend(late);
        }

        if (_held.AreLookedFor) operations = _held.Refuse(session.Cluster!, operations, faults);
        if (_plansTakes |= !batch.Work.Queues.Book.IsEmpty) BoundedTakes.Plan(operations, batch.Work.Queues.Book, _counters);
        session.Begin(operations);
        batch.Begin(session, isClosed, publisher.ShowsCreated || session.Cluster is { CarriesCreated: true }, deadlines.MayForgetAtOnce(ChunkSize), isTrial: faults.Current is not null);
        if (_hasLoaded) batch.Work.Queues.ForgetLeft();
        _hasLoaded = false;
        foreach (var operation in operations) (_applied = operation).Apply(batch);
        _applied = null;
        var firstDue = FirstDue.At(Math.Min(dueTick, batch.EarliestDueTick));
        if (firstDue.Tick <= batch.Run)
        {
            batch.Claim(ChunkSize, publisher.IsWatched || deadlines.MayForgetAtOnce(ChunkSize));
            firstDue = session.FindFirstDue() ?? FirstDue.None;
        }

        alarm = Math.Min(alarm, batch.Work.EarliestAlarm);
        var isRinging = alarm <= batch.Run;
        if (isRinging && session.Work is { } work)
        {
            batch.Starts.Ring(ChunkSize);
            alarm = deadlines.FindAlarm(work, batch.Work.NextProgress);
        }

        batch.Aftermath.Settle(ChunkSize, takesKept: isRinging);
        alarm = Math.Min(alarm, Math.Min(batch.Work.EarliestAlarm, batch.Aftermath.Next));
        if (batch.HasFailed) oldestFailed = Math.Min(oldestFailed, batch.RetentionNow);
        if (batch.HasFinished) oldestFinished = Math.Min(oldestFinished, batch.RetentionNow);
        if (deadlines.NextForget <= batch.Run || deadlines.HasTooManyFinished || deadlines.KeepsNothing)
        {
            batch.Forgetting.Forget(ChunkSize);
            oldestFinished = session.OldestFinished() ?? long.MaxValue;
        }

        if (deadlines.NextForgetFailed <= batch.Run || _counters.Failed > options.MaxFailed || (batch.HasFailed && options.FailedRetention == TimeSpan.Zero))
        {
            batch.Forgetting.ForgetFailed(ChunkSize);
            oldestFailed = session.Work?.OldestFailed() ?? long.MaxValue;
        }

        batch.Idempotency.Forget(ChunkSize);
        keys.Save(session);
        Commit(session);
        batch.Work.Progress.Commit();
        return new CommittedDeadlines(firstDue, oldestFinished, alarm, oldestFailed);
    }

    private void Commit(IWriteSession session)
    {
        var began = timeProvider.GetTimestamp();
        session.Commit(batch, queue.Count);
        measurements.Commit?.Record(timeProvider.GetElapsedTime(began).TotalSeconds);
        measurements.CommitSize?.Record(batch.Effects.Count);
    }

    // Nothing of the transaction has happened. The connection may be broken, so the next one gets its own.
    private void Undo()
    {
        try
        {
            Session?.Rollback();
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            // Rolled back already, by the fault itself; or it will be when the connection is closed.
        }

        try
        {
            Session?.Dispose();
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            Log.NotClosed(logger, exception);
        }

        Session = null;
        storage.Counters.Rollback();
        keys.Rollback();
        batch.Work.Progress.Rollback();
        batch.Work.Queues.Blocks.Reset();
        if (_isShared) IsStale = true;
    }

    private static partial class Log
    {
        [LoggerMessage(1202, LogLevel.Warning, "A connection to the database could not be closed")]
        public static partial void NotClosed(ILogger logger, Exception exception);
    }
}

/// <summary>What is due after a transaction.</summary>
/// <param name="FirstDue">The first task.</param>
/// <param name="OldestFinished">When the task to forget next was finished, on the retention clock.</param>
/// <param name="Alarm">When time does something to work, on the run's clock.</param>
/// <param name="OldestFailed">When the task to forget next failed, on the retention clock.</param>
internal readonly record struct CommittedDeadlines(FirstDue FirstDue, long OldestFinished, long Alarm, long OldestFailed);
