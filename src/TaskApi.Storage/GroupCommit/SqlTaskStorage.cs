using Microsoft.Extensions.Options;
using TaskApi.Engine.Events;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The tasks, in a database that is the truth: what this has answered, or shown in any other way, is on disk. Nothing is kept in
/// memory but who waits. Every method is thread-safe.
/// </summary>
internal sealed partial class SqlTaskStorage : ITaskStorage, IDisposable
{
    private readonly TaskOptions _options;
    private readonly ISqlStorage _storage;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly RunClock _clock;
    private readonly ICounters _counters;
    private readonly CallTable _calls;
    private readonly WaiterTable _waiters = new();
    private readonly Measurements _measurements;
    private readonly ITaskObserver? _observer;
    private readonly ReadPool _readers;
    private readonly CommitPublisher _publisher;
    private SqlWriter? _writer;
    private IListener? _listener;

    /// <param name="options">The bounds.</param>
    /// <param name="keyOptions">The bounds of calls with a key.</param>
    /// <param name="storage">The database.</param>
    /// <param name="clock">The clock that decides what is due.</param>
    /// <param name="timeProvider">Time, real or a test's.</param>
    /// <param name="logger">Receives START and END of each task at Debug.</param>
    /// <param name="measurements">Where lateness and transactions are recorded; null for nowhere.</param>
    /// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
    public SqlTaskStorage(
        IOptions<TaskOptions> options, IOptions<IdempotencyOptions> keyOptions, ISqlStorage storage, RunClock clock, TimeProvider timeProvider, ILogger<SqlTaskStorage> logger,
        Measurements? measurements = null, ITaskObserver? observer = null)
    {
        _observer = observer;
        (_options, _storage, _counters, _clock, _timeProvider, _logger) = (options.Value, storage, storage.Counters, clock, timeProvider, logger);
        var work = new NoWork(timeProvider);
        (Work, History) = (work, work);
        _measurements = measurements ?? new Measurements();
        _calls = new CallTable(keyOptions.Value, _options.MaxWaitSeconds * 1000L);
        _readers = new ReadPool(storage);
        Events = new TaskEventLog(_options.EventBuffer, timeProvider, isNumberedElsewhere: storage.Cluster is not null);
        _publisher = new CommitPublisher(Events, _waiters, _counters, _clock, storage, logger, _measurements);
    }

    /// <inheritdoc/>
    public DateTimeOffset UtcNow => EngineClock.ToInstant(_clock.Wall);

    /// <inheritdoc/>
    public TaskEventLog Events { get; }

    /// <inheritdoc/>
    public TimeSpan Overdue => _writer?.Overdue ?? TimeSpan.Zero;

    /// <summary>Zero: there is no work.</summary>
    public TimeSpan LongestReady => TimeSpan.Zero;

    /// <inheritdoc/>
    public IWorkSource Work { get; }

    /// <inheritdoc/>
    public IWorkHistory History { get; }

    /// <inheritdoc/>
    public string? Fault => _writer?.Fault is null ? _storage.Cluster?.Fault : "The database can't be written.";

    private SqlWriter Writer => _writer ?? throw new InvalidOperationException("Not open yet.");

    /// <summary>Takes the database into use; what came due while nobody ran completes at once. To be called once, before anything else.</summary>
    /// <exception cref="StorageRefusedException">It can't be used.</exception>
    public void Open()
    {
        _storage.Open();
        _writer = new SqlWriter(_storage, _clock, _calls, _publisher, _waiters, _options, _timeProvider, _logger, _measurements);
        _listener = _storage.Cluster?.Listen(_publisher, Events, _writer, _logger);
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken) => task.Work is not null
        ? ValueTask.FromResult(new TaskAnswer(AnswerStatus.WorkNotSupported))
        : _observer is { FollowsCall: true } observer
        ? CreateFollowedAsync(observer, owner, task, cancellationToken)
        : Writer.DoAsync(new Creation(owner, task, watch, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken) => HasWork(tasks)
        ? ValueTask.FromResult(new TasksAnswer(AnswerStatus.WorkNotSupported, []))
        : _observer is { FollowsCall: true } observer
        ? CreateFollowedAsync(observer, owner, tasks, cancellationToken)
        : Writer.DoAsync(new CreationOfMany(owner, tasks, watch, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, bool force, CancellationToken cancellationToken) =>
        TaskId.TryParse(id, out var taskId)
            ? ChangeAsync(batch => batch.Cancel(owner, taskId, error, condition), static status => new TaskAnswer(status), WriteScope.Changing(taskId.Sequence), cancellationToken)
            : ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken)
    {
        var (all, answers) = (ids.ToArray(), new TaskAnswer[ids.Count]);
        var chunks = new List<Task>();
        // Asked for together, so that they follow one another; each a transaction, so that others get their turn in between.
        for (var start = 0; start < answers.Length; start += ChunkSize)
        {
            var (from, count) = (start, Math.Min(ChunkSize, answers.Length - start));
            chunks.Add(ChangeAsync(
                batch =>
                {
                    batch.Cancel(owner, all.AsSpan(from, count), error, answers.AsSpan(from, count));
                    return true;
                },
                refusal: null, WriteScope.Changing(Numbers(new ArraySegment<Guid>(all, from, count))), cancellationToken).AsTask());
        }

        await Task.WhenAll(chunks);
        return answers;
    }

    /// <inheritdoc/>
    public async ValueTask<CancelCounts> CancelGroupAsync(string owner, string? group, TaskError error, CancellationToken cancellationToken)
    {
        if (await _counters.FindAsync(owner, cancellationToken) is not { } counts) return default;
        // What is pending now, in chunks: looked up by a reader, so that the writer's transactions stay short.
        var query = new TaskQuery(TaskState.Pending, group, Name: null, After: null, Limit: ChunkSize);
        var (last, cancelled) = (await FindLastAsync(cancellationToken), 0L);
        for (var after = 0L; after < last;)
        {
            var (found, next) = await SearchIdsAsync(counts, query, after, cancellationToken);
            after = next;
            found.RemoveAll(id => id.Sequence > last);
            if (found.Count == 0) continue;
            var scope = WriteScope.Changing(found.ConvertAll(static id => id.Sequence));
            cancelled += await ChangeAsync(batch => batch.Cancel(owner, found, error), refusal: null, scope, cancellationToken);
        }

        return new CancelCounts(cancelled, Requested: 0);
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken) =>
        change.IsOfWork ? ValueTask.FromResult(new TaskAnswer(AnswerStatus.WrongKind))
        : TaskId.TryParse(id, out var taskId)
            ? ChangeAsync(batch => batch.Reschedule(owner, taskId, change, condition), static status => new TaskAnswer(status), WriteScope.Changing(taskId.Sequence), cancellationToken)
            : ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));

    private static bool HasWork(IReadOnlyList<TaskSpec> tasks)
    {
        foreach (var task in tasks)
            if (task.Work is not null) return true;
        return false;
    }

    private ValueTask<T> ChangeAsync<T>(Func<WriteBatch, T> change, Func<AnswerStatus, T>? refusal, WriteScope scope, CancellationToken cancellationToken) =>
        Writer.DoAsync(new AnyChange<T>(change, refusal, scope, cancellationToken), cancellationToken);

    /// <summary>
    /// Takes nothing new from now on (<see cref="AnswerStatus.ShuttingDown"/>). What is pending stays so, on disk, and goes on with the
    /// next start: there is nothing to wait for, so the grace isn't used.
    /// </summary>
    public Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        Writer.StopCreating();
        return Task.FromResult(new DrainSummary(CameDue: 0, Cancelled: 0, _counters.Pending));
    }

    /// <summary>Does what has been asked for, and gives the database up.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        _writer?.Dispose();
        _readers.Dispose();
        _storage.Dispose();
    }
}
