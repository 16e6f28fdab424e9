using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The one who changes the database: a thread that makes a transaction of whatever has been asked for meanwhile and of what has
/// come due, commits it, and only then answers, wakes waiters and publishes events. So nobody is shown what could still be lost.
/// </summary>
internal sealed class SqlWriter : IDisposable
{
    private const int QueueCapacity = 4096;

    // Far longer than callers take to come back who have just been answered.
    private static readonly TimeSpan _briefly = TimeSpan.FromMilliseconds(2);

    private readonly ISqlStorage _storage;
    private readonly RunClock _clock;
    private readonly ICounters _counters;
    private readonly IdempotencyTable _keys;
    private readonly CommitPublisher _publisher;
    private readonly WorkSignals _signals;
    private readonly QueueBook _book;
    private readonly WriteQueue _queue;
    private readonly WriteBatch _batch;
    private readonly WriterDeadlines _deadlines;
    private readonly WriterFaults _faults;
    private readonly WriterTransactions _transactions;
    private readonly WriterAlarm _alarm;
    private readonly LateOperations? _late;
    private readonly List<WriteOperation> _operations = [];
    private readonly Thread _thread;
    private bool _isDisposed;
    private volatile bool _closed;

    /// <summary>Opens the writer's connection, loads what it has to know and starts.</summary>
    public SqlWriter(
        ISqlStorage storage, RunClock clock, IdempotencyTable keys, CommitPublisher publisher, WaiterTable waiters, TaskOptions options, WorkOptions workOptions, WorkSignals signals, CreationRoom room, QueueBook book,
        bool isObserved, ICallbackBody? callbackBody, TimeProvider timeProvider, ILogger logger, Measurements measurements)
    {
        (_storage, _clock, _counters, _keys, _publisher, _signals, _book) = (storage, clock, storage.Counters, keys, publisher, signals, book);
        _queue = new WriteQueue(QueueCapacity, storage.Cluster?.Deadline ?? Timeout.InfiniteTimeSpan);
        _batch = new WriteBatch(options, clock, storage.Counters, keys, waiters, room, workOptions, book, isObserved, callbackBody);
        _deadlines = new WriterDeadlines(options, clock, storage.Counters, keys, isShared: storage.Cluster is not null);
        _faults = new WriterFaults(storage, clock, logger);
        _transactions = new WriterTransactions(storage, clock, keys, _batch, _deadlines, publisher, _faults, _queue, timeProvider, logger, measurements, options);
        if (storage.Cluster is null) _transactions.Load();
        _alarm = new WriterAlarm(timeProvider, clock, _queue);
        _thread = new Thread(Run) { IsBackground = true, Name = "task-writer" };
        _thread.Start();
        _alarm.Set(NextStep);
        if (storage.Cluster is not { } cluster) return;
        Reload();
        _late = new LateOperations(_queue, cluster.Deadline);
    }

    /// <inheritdoc cref="WriterFaults.Current"/>
    public StorageUnavailableException? Fault => _faults.Current;

    /// <inheritdoc cref="WriterFaults.TakeUntold"/>
    public bool TakeUntold() => _faults.TakeUntold();

    /// <inheritdoc cref="WriterDeadlines.Overdue"/>
    public TimeSpan Overdue => _deadlines.Overdue;

    // After a fault, whether there is room again is tried out, whatever there is to do.
    private long NextStep => _faults.Current is not null ? _faults.RetryAt : Math.Min(Math.Min(_deadlines.Next, _book.NextOpening), _publisher.HasUnpublished ? _faults.RetryAt : long.MaxValue);

    /// <summary>True if nothing is created or started any more.</summary>
    public bool IsClosed => _closed;

    /// <summary>From now on nothing is created or started.</summary>
    public void StopCreating()
    {
        _closed = true;
        _signals.WakeAll();
    }

    /// <summary>Has a change made; completes when it is on disk.</summary>
    /// <param name="operation">What to do.</param>
    /// <param name="cancellationToken">Given up before its turn comes, it isn't done.</param>
    /// <exception cref="StorageUnavailableException">The storage can't be written now, and the operation has no answer for that.</exception>
    public ValueTask<T> DoAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        if (_late is not null) LateOperations.Note(operation);
        var added = _queue.AddAsync(operation, cancellationToken);
        return added.IsCompletedSuccessfully ? Answer(operation, added.Result) : WaitAsync(operation, added);

        static async ValueTask<T> WaitAsync(WriteOperation<T> operation, ValueTask<bool> added) => await Answer(operation, await added);

        static ValueTask<T> Answer(WriteOperation<T> operation, bool isAdded)
        {
            if (!isAdded) Close(operation);
            return operation.Answered;
        }
    }

    /// <summary>Learns when the first task of all that are pending is due: a look at the database, which other processes change too. Thread-safe.</summary>
    /// <param name="firstDue">Null if none is pending.</param>
    public void NoteFirstDue(FirstDue? firstDue)
    {
        if (_deadlines.NoteFirstDue(firstDue)) _queue.Call();
    }

    /// <summary>Another process has a task that comes due then. Thread-safe.</summary>
    public void NoteDueTick(long dueTick)
    {
        _deadlines.NoteDueTick(dueTick);
        _queue.Call();
    }

    /// <summary>Time does something to work then, as the database says. Thread-safe.</summary>
    public void NoteAlarm(long alarm)
    {
        _deadlines.NoteAlarm(alarm);
        _queue.Call();
    }

    /// <summary>The clock may have been set: what was armed by it is armed anew. Thread-safe.</summary>
    public void Rearm() => _queue.Call();

    /// <summary>What other processes have done meanwhile may not have been told: has the database be asked. Thread-safe.</summary>
    public void Reload()
    {
        _transactions.IsStale = true;
        _queue.Call();
    }

    /// <summary>Does what has been asked for, and stops.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _alarm.Dispose();
        _queue.Close();
        _thread.Join();
        _late?.Dispose();
        _alarm.Release();
        _queue.Dispose();
    }

    private static void Close(WriteOperation operation)
    {
        operation.Fail(new StorageUnavailableException("The database is closed, or doesn't answer."));
        operation.Answer();
    }

    private void Run()
    {
        var more = false;
        while (_queue.Take(_operations, WriterTransactions.ChunkSize, more ? TimeSpan.Zero : _transactions.Session is { Cluster.HasBegunNext: true } ? _briefly : Timeout.InfiniteTimeSpan))
        {
            var isRinging = _alarm.IsRinging;
            more = Step();
            if (isRinging && !more) _alarm.Answer(NextStep);
        }

        _transactions.Dispose();
    }

    // One transaction. True if there is more to do at once.
    private bool Step()
    {
        _deadlines.TakeAnnounced();
        if (_operations.Count == 0 && !_transactions.IsStale && NextStep > _clock.Now && !_deadlines.HasTooManyFinished && !_deadlines.HasLeapt)
        {
            _transactions.Session?.Cluster?.GiveUpNext();
            _alarm.Set(NextStep);
            return false;
        }

        var leapt = _clock.Ticks.Leapt;
        if (_transactions.Make(_operations, _closed, out var committed) is { } exception)
        {
            Refuse(_faults.Note(exception));
            return false;
        }

        var (previousDueTick, previousStep) = (_deadlines.NextDueTick, NextStep);
        _counters.Commit();
        _keys.Commit();
        _book.Apply(_batch.Work.News.Queues);
        _deadlines.Commit(committed, leapt);
        _faults.Recover();
        // Whoever is told of a task may rely on its timer.
        if (NextStep < previousStep) _alarm.Set(NextStep);
        _publisher.Publish(_transactions.Session!, _batch, previousDueTick);
        if (_publisher.HasUnpublished) _faults.RetryLater();
        // Whoever is answered finds it counted.
        TellOf(_batch.Work.News);
        AnswerDispatcher.Dispatch(_operations);
        if (_transactions.HasOtherSettings) _signals.WakeAll();
        _transactions.HasOtherSettings = false;
        _transactions.Session!.TidyUp();
        if (NextStep <= _clock.Now || _deadlines.HasTooManyFinished) return true;
        _alarm.Set(NextStep);
        return false;
    }

    // Whose tasks they are may have to be asked of the database, if that has just gone back to an earlier state: what is on disk stays so.
    private void TellOf(WorkNews news)
    {
        try
        {
            _signals.Send(news);
            foreach (var queue in _book.TakeOpened(_clock.Now)) _signals.WakeBounded(queue);
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            _signals.WakeAll();
            Reload();
        }
    }

    private void Refuse(Exception exception)
    {
        foreach (var operation in _operations) operation.Fail(exception);
        AnswerDispatcher.Dispatch(_operations);
        _alarm.Set(NextStep);
    }
}
