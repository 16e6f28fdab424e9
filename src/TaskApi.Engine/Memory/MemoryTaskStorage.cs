using Microsoft.Extensions.Options;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Handlers;

namespace TaskApi.Engine.Memory;

/// <summary>The tasks, in this process's memory.</summary>
/// <remarks>
/// Everything that changes a task happens under one lock, held for well under a microsecond a task, and in chunks where many
/// are concerned; look-ups take no lock. Waiters are told and logs written outside of it.
/// </remarks>
internal sealed class MemoryTaskStorage : ITaskStorage, IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly EngineClock _clock;
    private readonly MemoryTasks _tasks;
    private readonly MemoryClockwork _clockwork;
    private readonly MemoryQueries _queries;
    private readonly BulkCancellation _cancellation;
    private readonly MemoryDrain _drain;
    private readonly RelatedCreation _related;
    private readonly PlainCreation _plain;

    /// <param name="options">The bounds.</param>
    /// <param name="timeProvider">Time, real or a test's.</param>
    /// <param name="logger">Receives START and END of each task at Debug.</param>
    /// <param name="measurements">Where lateness is recorded; null for nowhere.</param>
    /// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
    /// <param name="workOptions">The bounds of work; null for the defaults.</param>
    /// <param name="workObserver">Is told what becomes of work; null for nobody.</param>
    /// <param name="callbackBody">Writes what callbacks tell; null where no task has one.</param>
    public MemoryTaskStorage(
        IOptions<TaskOptions> options, TimeProvider timeProvider, ILogger<MemoryTaskStorage> logger, Measurements? measurements = null, ITaskObserver? observer = null,
        IOptions<WorkOptions>? workOptions = null, IWorkObserver? workObserver = null, ICallbackBody? callbackBody = null)
    {
        var (bounds, quiet) = (workOptions?.Value ?? new WorkOptions(), new QuietLogger(logger));
        (_timeProvider, _clock) = (timeProvider, new EngineClock(timeProvider));
        Events = new TaskEventLog(options.Value.EventBuffer, options.Value.EventBufferBytes, timeProvider);
        var dispatcher = new CompletionDispatcher(Events, quiet);
        _tasks = new MemoryTasks(options.Value, bounds, timeProvider, _clock, new TaskPublisher(Events, dispatcher, quiet), workObserver, callbackBody);
        _clockwork = new MemoryClockwork(_tasks, timeProvider, _clock, dispatcher, measurements);
        _cancellation = new BulkCancellation(_tasks, _clockwork, _clock);
        _drain = new MemoryDrain(_tasks, _clockwork, _cancellation, timeProvider, _clock);
        (Work, History) = (new MemoryWorkSource(_tasks, _clockwork, timeProvider, _clock, bounds), new MemoryWorkHistory(this, _tasks));
        Queues = new MemoryQueues(_tasks, _clockwork, _clock);
        (_related, _plain) = (new RelatedCreation(_tasks, _clockwork, observer, quiet), new PlainCreation(_tasks, _clockwork, observer, quiet));
        _queries = new MemoryQueries(_tasks, _clockwork, options.Value, _clock);
    }

    /// <summary>What the tasks take of the memory, in bytes, as it is reckoned.</summary>
    public long TaskBytes => _tasks.Capacity.Bytes;

    /// <summary>How many queues and types are kept because somebody may need them.</summary>
    public int WaitedFor => _tasks.Work.Ready.Count;

    /// <inheritdoc/>
    public DateTimeOffset UtcNow => _timeProvider.GetUtcNow();

    /// <inheritdoc/>
    public TaskEventLog Events { get; }

    /// <summary>Null: memory doesn't fail.</summary>
    public string? Fault => null;

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TaskAnswer>(cancellationToken);
        return ValueTask.FromResult(task.Work is { IsRelated: true } ? _related.Create(owner, task, watch) : _plain.Create(owner, task, watch));
    }

    /// <inheritdoc/>
    public ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TasksAnswer>(cancellationToken);
        var isRelated = false;
        foreach (var task in tasks) isRelated |= task.Work is { IsRelated: true };
        return ValueTask.FromResult(isRelated ? _related.Create(owner, tasks, watch) : _plain.Create(owner, tasks, watch));
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, bool force, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TaskAnswer>(cancellationToken);
        TaskSnapshot task;
        long? sooner;
        lock (_tasks.Gate)
        {
            if (!_tasks.Lookup.TryLocate(owner, id, out var sequence)) return ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));
            var now = Moment.Of(_clock);
            var transition = Transitions.Decide(_tasks.Facts(sequence), TaskCommand.Cancel(error, force), now.Unix);
            if (transition.Refusal != TransitionRefusal.None)
                return ValueTask.FromResult(new TaskAnswer(AnswerStatus.AlreadyFinished, _tasks.Lookup.Read(sequence)));
            if (condition is not null && _tasks.Lookup.Read(sequence)! is var seen && !condition(seen))
                return ValueTask.FromResult(new TaskAnswer(AnswerStatus.ConditionFailed, seen));
            task = transition.IsChange ? _tasks.Carry(sequence, transition, now, wanted: true)! : _tasks.Lookup.Read(sequence)!;
            sooner = _clockwork.SoonerTick();
        }

        _clockwork.AfterChange(sooner);
        return ValueTask.FromResult(new TaskAnswer(AnswerStatus.Ok, task));
    }

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken)
    {
        var answers = new TaskAnswer[ids.Count];
        for (var i = 0; i < answers.Length; i++) answers[i] = await CancelAsync(owner, ids[i], error, condition: null, force: false, cancellationToken);
        return answers;
    }

    /// <inheritdoc/>
    public ValueTask<CancelCounts> CancelAllAsync(string owner, CancelQuery query, TaskError error, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<CancelCounts>(cancellationToken);
        return ValueTask.FromResult(_tasks.Owners.Find(owner) is { } tasks ? _cancellation.Cancel(tasks, query, error) : default);
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TaskAnswer>(cancellationToken);
        TaskSnapshot task;
        long? sooner;
        lock (_tasks.Gate)
        {
            if (!_tasks.Lookup.TryLocate(owner, id, out var sequence)) return ValueTask.FromResult(new TaskAnswer(AnswerStatus.NotFound));
            var now = _timeProvider.GetUtcNow();
            var facts = _tasks.Facts(sequence);
            DueTime? due = change.Schedule is { } schedule ? DueTime.Of(schedule, _clock, now) : null;
            var nowMilliseconds = now.ToUnixTimeMilliseconds();
            var transition = Transitions.Decide(facts, TaskCommand.Reschedule((due?.At ?? facts.DueAt) - nowMilliseconds), nowMilliseconds);
            if (transition.Refusal != TransitionRefusal.None)
                return ValueTask.FromResult(new TaskAnswer(transition.Refusal == TransitionRefusal.IsRunning ? AnswerStatus.IsRunning : AnswerStatus.AlreadyFinished, _tasks.Lookup.Read(sequence)));
            if (facts.Retry is null ? change.IsOfWork : change.Message is not null) return ValueTask.FromResult(new TaskAnswer(AnswerStatus.WrongKind));
            if (condition is not null && _tasks.Lookup.Read(sequence)! is var seen && !condition(seen))
                return ValueTask.FromResult(new TaskAnswer(AnswerStatus.ConditionFailed, seen));
            if ((change.Message is not null || change.Input is not null) && _tasks.Capacity.IsFull) return ValueTask.FromResult(new TaskAnswer(AnswerStatus.CapacityReached));
            task = _tasks.Change(sequence, transition.Task.DueAt, due, change, nowMilliseconds);
            sooner = _clockwork.SoonerTick();
        }

        _clockwork.AfterChange(sooner);
        return ValueTask.FromResult(new TaskAnswer(AnswerStatus.Ok, task));
    }

    /// <inheritdoc/>
    public Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken) => _drain.DrainAsync(grace, cancellationToken);

    /// <inheritdoc/>
    public IWorkSource Work { get; }

    /// <inheritdoc/>
    public IWorkHistory History { get; }

    /// <inheritdoc/>
    public IQueues Queues { get; }

    /// <inheritdoc/>
    public TimeSpan Overdue => _clockwork.Overdue;

    /// <inheritdoc/>
    public TimeSpan LongestReady => _queries.LongestReady;

    /// <inheritdoc/>
    public ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken) => ValueTask.FromResult(Events.Open(after));

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken) => _queries.FindAsync(owner, id, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => _queries.FindManyAsync(owner, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken) => _queries.ListAsync(owner, query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken) => _queries.GetStatsAsync(owner, cancellationToken);

    /// <inheritdoc/>
    public StorageTotals GetTotals() => _queries.GetTotals();

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken) => _queries.WatchAsync(owner, id, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<WatchedTask[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => _queries.WatchManyAsync(owner, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken) => _queries.FindGroupAsync(owner, group, limit, cancellationToken);

    /// <summary>Stops the clockwork.</summary>
    public void Dispose() => _clockwork.Dispose();
}
