using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The one who changes the database: a thread that makes a transaction of whatever has been asked for meanwhile and of what has
/// come due, commits it, and only then answers, wakes waiters and publishes events. So nobody is shown what could still be lost.
/// </summary>
internal sealed partial class SqlWriter : IDisposable
{
    // Of about this many changes, so that neither those who wait for the commit nor due tasks wait for long.
    private const int ChunkSize = 1000;
    private const int QueueCapacity = 4096;

    // Far longer than callers take to come back who have just been answered.
    private static readonly TimeSpan _briefly = TimeSpan.FromMilliseconds(2);

    private readonly ISqlStorage _storage;
    private readonly ICluster? _cluster;
    private readonly RunClock _clock;
    private readonly ICounters _counters;
    private readonly IdempotencyTable _keys;
    private readonly CommitPublisher _publisher;
    private readonly TaskOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly Measurements _measurements;
    private readonly WriteQueue _queue;
    private readonly ITimer? _lateness;
    private readonly WriteBatch _batch;
    private readonly List<WriteOperation> _operations = [];
    private readonly IAlarm _alarm;
    private readonly Thread _thread;
    private readonly Lock _passGate = new();
    private TaskCompletionSource<long>? _pass;
    private IWriteSession? _session;
    private long _nextDueTick = long.MaxValue;
    private long _oldestFinished = long.MaxValue;
    private TimeSpan _leapt;
    private int _isStale;
    private bool _stopped;
    private bool _isDisposed;
    private volatile bool _closed;

    /// <summary>Opens the writer's connection, loads what it has to know and starts.</summary>
    public SqlWriter(
        ISqlStorage storage, RunClock clock, IdempotencyTable keys, CommitPublisher publisher, WaiterTable waiters, TaskOptions options, TimeProvider timeProvider, ILogger logger,
        Measurements measurements)
    {
        (_storage, _cluster, _clock, _counters, _keys, _publisher, _options, _logger) = (storage, storage.Cluster, clock, storage.Counters, keys, publisher, options, logger);
        (_timeProvider, _measurements) = (timeProvider, measurements);
        _queue = new WriteQueue(QueueCapacity, _cluster?.Deadline ?? Timeout.InfiniteTimeSpan);
        _batch = new WriteBatch(options, clock, storage.Counters, keys, waiters);
        if (_cluster is null) Load();
        _alarm = timeProvider == TimeProvider.System ? new ThreadAlarm(clock.Ticks, Ring) : new TimerAlarm(timeProvider, clock.Ticks, Ring);
        _thread = new Thread(Run) { IsBackground = true, Name = "task-writer" };
        _thread.Start();
        _alarm.Set(clock.ToTick(NextStep));
        if (_cluster is null) return;
        Reload();
        // Real time: what it bounds is the database, which has no other.
        _lateness = TimeProvider.System.CreateTimer(static writer => ((SqlWriter)writer!).GiveUpLate(), this, _betweenLateChecks, _betweenLateChecks);
    }

    /// <summary>From now on nothing is created.</summary>
    public void StopCreating() => _closed = true;

    /// <summary>Has a change made; completes when it is on disk.</summary>
    /// <param name="operation">What to do.</param>
    /// <param name="cancellationToken">Given up before its turn comes, it isn't done.</param>
    /// <exception cref="StorageUnavailableException">The storage can't be written now, and the operation has no answer for that.</exception>
    public ValueTask<T> DoAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        if (_lateness is not null) operation.Asked = TimeProvider.System.GetTimestamp();
        var added = _queue.AddAsync(operation, cancellationToken);
        return added.IsCompletedSuccessfully ? Answer(operation, added.Result) : WaitAsync(operation, added);

        static async ValueTask<T> WaitAsync(WriteOperation<T> operation, ValueTask<bool> added) => await Answer(operation, await added);

        static ValueTask<T> Answer(WriteOperation<T> operation, bool isAdded)
        {
            if (!isAdded) Close(operation);
            return operation.Answered;
        }
    }

    private static void Close(WriteOperation operation)
    {
        operation.Fail(new StorageUnavailableException("The database is closed, or doesn't answer."));
        operation.Answer();
    }

    /// <summary>Does what has been asked for, and stops.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _alarm.Dispose();
        _queue.Close();
        _thread.Join();
        _lateness?.Dispose();
        EndPass(long.MaxValue, last: true);
        _queue.Dispose();
    }

    private void Run()
    {
        var more = false;
        while (_queue.Take(_operations, ChunkSize, more ? TimeSpan.Zero : _session is { Cluster.HasBegunNext: true } ? _briefly : Timeout.InfiniteTimeSpan))
        {
            bool asked;
            lock (_passGate) asked = _pass is not null;
            more = Step();
            if (asked && !more) EndPass(_clock.ToTick(NextStep));
        }

        _session?.Dispose();
    }

    private void Load()
    {
        _session ??= _storage.OpenSession(_keys, _logger);
        _session.Load(_clock);
        Volatile.Write(ref _nextDueTick, _session.NextDueTick() ?? long.MaxValue);
        _oldestFinished = _session.OldestFinished() ?? long.MaxValue;
    }

    private void Commit(IWriteSession session)
    {
        var began = _timeProvider.GetTimestamp();
        session.Commit(_batch, _queue.Count);
        _measurements.Commit?.Record(_timeProvider.GetElapsedTime(began).TotalSeconds);
        _measurements.CommitSize?.Record(_batch.Effects.Count);
    }

    // One transaction. True if there is more to do at once.
    private bool Step()
    {
        if (Interlocked.Exchange(ref _announcedDueTick, long.MaxValue) is var announced && announced < _nextDueTick) Volatile.Write(ref _nextDueTick, announced);
        if (_operations.Count == 0 && Volatile.Read(ref _isStale) == 0 && NextStep > _clock.Now && !HasTooManyFinished && _clock.Ticks.Leapt == _leapt)
        {
            _session?.Cluster?.GiveUpNext();
            _alarm.Set(_clock.ToTick(NextStep));
            return false;
        }

        var leapt = _clock.Ticks.Leapt;
        if (!TryTransact(out var dueTick, out var oldestFinished)) return false;

        var (previousDueTick, previousStep) = (_nextDueTick, NextStep);
        _counters.Commit();
        _keys.Commit();
        _leapt = leapt;
        Volatile.Write(ref _nextDueTick, dueTick);
        _oldestFinished = oldestFinished;
        Recover();
        // Whoever is told of a task may rely on its timer.
        if (NextStep < previousStep) _alarm.Set(_clock.ToTick(NextStep));
        _publisher.Publish(_session!, _batch, previousDueTick);
        if (_publisher.HasUnpublished) _retryAt = _clock.Now + RetryAfterMs;
        AnswerDispatcher.Dispatch(_operations);
        _session!.TidyUp();
        if (NextStep <= _clock.Now || HasTooManyFinished) return true;
        _alarm.Set(_clock.ToTick(NextStep));
        return false;
    }

    // The next due time, and that of the next task to forget, as the transaction leaves them.
    private (long DueTick, long OldestFinished) Transact()
    {
        if (Interlocked.Exchange(ref _isStale, 0) != 0) Load();
        var (dueTick, oldestFinished) = (_nextDueTick, _oldestFinished);
        _session ??= _storage.OpenSession(_keys, _logger);
        _session.Begin(_operations);
        _batch.Begin(_session, _closed, _publisher.ShowsCreated || _session.Cluster is { CarriesCreated: true }, isTrial: _fault is not null);
        foreach (var operation in _operations) operation.Apply(_batch);
        dueTick = Math.Min(dueTick, _batch.EarliestDueTick);
        if (dueTick <= _batch.Run)
        {
            _batch.Claim(ChunkSize, _publisher.IsWatched || IsForgottenAtOnce);
            dueTick = _session.NextDueTick() ?? long.MaxValue;
        }

        if (_batch.HasFinished) oldestFinished = Math.Min(oldestFinished, _batch.RetentionNow);
        if (NextForget <= _batch.Run || HasTooManyFinished || KeepsNothing)
        {
            _batch.Forget(ChunkSize);
            oldestFinished = _session.OldestFinished() ?? long.MaxValue;
        }

        _batch.Idempotency.Forget(ChunkSize);
        _keys.Save(_session);
        Commit(_session);
        return (dueTick, oldestFinished);
    }
}
