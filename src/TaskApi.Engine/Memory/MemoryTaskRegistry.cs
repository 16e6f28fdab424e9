using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>The tasks, in this process's memory.</summary>
/// <remarks>
/// Everything that changes a task happens under one lock, held for well under a microsecond a task, and in portions where many
/// are concerned; look-ups take no lock. Waiters are told and logs written outside of it.
/// </remarks>
internal sealed partial class MemoryTaskRegistry : ITaskStorage, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly EngineClock _clock;
    private readonly TaskTable _table = new();
    private readonly TimerWheel<TableNodes> _wheel;
    private readonly FinishedQueue<TableNodes> _finished;
    private readonly LatenessHistogram _lateness;
    private readonly CompletionDispatcher _dispatcher;
    private readonly ConcurrentDictionary<string, OwnerTasks> _owners = new();
    private readonly TaskNonces _nonces = new();
    private readonly IAlarm _alarm;
    private readonly ITaskObserver? _observer;
    private volatile OwnerTasks[] _ownersByOrdinal = [];
    private long _alarmTick = long.MaxValue;
    private long _lastIdTime;
    private int _pending;
    private long _bytes;
    private bool _closed;

    /// <param name="options">The bounds.</param>
    /// <param name="timeProvider">Time, real or a test's.</param>
    /// <param name="logger">Receives START and END of each task at Debug.</param>
    /// <param name="measurements">Where lateness is recorded; null for nowhere.</param>
    /// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
    public MemoryTaskRegistry(IOptions<TaskOptions> options, TimeProvider timeProvider, ILogger<MemoryTaskRegistry> logger, Measurements? measurements = null, ITaskObserver? observer = null)
    {
        _observer = observer;
        _options = options.Value;
        _lateness = new LatenessHistogram(measurements);
        _logger = logger;
        _timeProvider = timeProvider;
        _clock = new EngineClock(timeProvider);
        _wheel = new TimerWheel<TableNodes>(new TableNodes(_table));
        _finished = new FinishedQueue<TableNodes>(new TableNodes(_table));
        Events = new TaskEventLog(_options.EventBuffer, timeProvider);
        _dispatcher = new CompletionDispatcher(Events, logger);
        _alarm = timeProvider == TimeProvider.System ? new ThreadAlarm(_clock, Ring) : new TimerAlarm(timeProvider, _clock, Ring);
    }

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
        var follows = _observer is { FollowsCall: true };
        WatchedTask created;
        long? sooner;
        lock (_gate)
        {
            if (Refusal(1) is { } refused) return ValueTask.FromResult(new TaskAnswer(refused));
            _pending++;
            created = Add(EnsureOwner(owner), task, watch || follows);
            sooner = SoonerTick();
        }

        LogStart(created.Task);
        Settle(sooner);
        if (follows) _observer!.OnCreated(created.Task, created.Completion);
        return ValueTask.FromResult(new TaskAnswer(RegistryStatus.Ok, created.Task, created.Completion));
    }

    /// <inheritdoc/>
    public ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TasksAnswer>(cancellationToken);
        lock (_gate)
        {
            if (Refusal(tasks.Count) is { } refused) return ValueTask.FromResult(new TasksAnswer(refused, []));
            _pending += tasks.Count;
        }

        var follows = _observer is { FollowsCall: true };
        // Their places are taken: from here on nothing can fail, and the lock may be let go in between.
        var created = new WatchedTask[tasks.Count];
        for (var start = 0; start < created.Length; start += Portion)
        {
            long? sooner;
            lock (_gate)
            {
                var end = Math.Min(created.Length, start + Portion);
                for (var i = start; i < end; i++) created[i] = Add(EnsureOwner(owner), tasks[i], watch || follows);
                sooner = SoonerTick();
            }

            Settle(sooner);
        }

        foreach (var (task, completion) in created)
        {
            LogStart(task);
            if (follows) _observer!.OnCreated(task, completion);
        }

        return ValueTask.FromResult(new TasksAnswer(RegistryStatus.Ok, created));
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TaskAnswer>(cancellationToken);
        TaskSnapshot task;
        long? sooner;
        lock (_gate)
        {
            if (!TryLocate(owner, id, out var sequence)) return ValueTask.FromResult(new TaskAnswer(RegistryStatus.NotFound));
            var transition = Transitions.Decide(Facts(sequence), TaskCommand.Cancel(error), _clock.UnixMilliseconds);
            if (transition.Refusal != TransitionRefusal.None)
                return ValueTask.FromResult(new TaskAnswer(RegistryStatus.AlreadyFinished, Read(sequence)));
            if (condition is not null && Read(sequence)! is var seen && !condition(seen))
                return ValueTask.FromResult(new TaskAnswer(RegistryStatus.ConditionFailed, seen));
            task = transition.IsChange ? Finish(sequence, transition.Task, _clock.SteadyTick, wanted: true)! : Read(sequence)!;
            sooner = SoonerTick();
        }

        Settle(sooner);
        return ValueTask.FromResult(new TaskAnswer(RegistryStatus.Ok, task));
    }

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken)
    {
        var answers = new TaskAnswer[ids.Count];
        for (var i = 0; i < answers.Length; i++) answers[i] = await CancelAsync(owner, ids[i], error, condition: null, cancellationToken);
        return answers;
    }

    /// <inheritdoc/>
    public ValueTask<long> CancelGroupAsync(string owner, string? group, TaskError error, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<long>(cancellationToken);
        return ValueTask.FromResult(_owners.TryGetValue(owner, out var tasks) ? CancelMany(tasks, group, error) : 0);
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TaskAnswer>(cancellationToken);
        TaskSnapshot task;
        long? sooner;
        lock (_gate)
        {
            if (!TryLocate(owner, id, out var sequence)) return ValueTask.FromResult(new TaskAnswer(RegistryStatus.NotFound));
            var now = _timeProvider.GetUtcNow();
            var facts = Facts(sequence);
            DueTime? due = change.Schedule is { } schedule ? Resolve(schedule, now) : null;
            var nowMilliseconds = now.ToUnixTimeMilliseconds();
            var transition = Transitions.Decide(facts, TaskCommand.Reschedule((due?.At ?? facts.DueAt) - nowMilliseconds), nowMilliseconds);
            if (transition.Refusal != TransitionRefusal.None)
                return ValueTask.FromResult(new TaskAnswer(RegistryStatus.AlreadyFinished, Read(sequence)));
            if (condition is not null && Read(sequence)! is var seen && !condition(seen))
                return ValueTask.FromResult(new TaskAnswer(RegistryStatus.ConditionFailed, seen));
            if (change.Message is not null && _bytes >= _options.MaxTaskBytes) return ValueTask.FromResult(new TaskAnswer(RegistryStatus.CapacityReached));
            Change(sequence, transition.Task.DueAt, due, change.Message);
            task = Read(sequence)!;
            Publish(TaskEventKind.Rescheduled, task);
            sooner = SoonerTick();
        }

        Settle(sooner);
        return ValueTask.FromResult(new TaskAnswer(RegistryStatus.Ok, task));
    }

    private RegistryStatus? Refusal(int count)
    {
        if (_closed) return RegistryStatus.ShuttingDown;
        return count > _options.MaxPending - _pending || _bytes >= _options.MaxTaskBytes ? RegistryStatus.CapacityReached : null;
    }

    private void LogStart(TaskSnapshot task)
    {
        if (_logger.IsEnabled(LogLevel.Debug)) TaskLog.Start(_logger, task.Id, task.DueAt);
    }
}
