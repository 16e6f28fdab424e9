using System.Collections.Concurrent;
using System.Diagnostics;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>
/// The registry, in whose traces a task is seen from START to END: as a span in the trace of the call that created it and linked to
/// that call, and only if the trace is recorded. Thread-safe.
/// </summary>
/// <param name="inner">The registry.</param>
/// <param name="most">How many tasks are followed at once; further ones are left out.</param>
internal sealed class TracedTaskRegistry(ITaskRegistry inner, int most = 50_000) : ITaskRegistry
{
    /// <summary>The name of the source of the spans.</summary>
    public const string SourceName = "TaskApi";

    private static readonly ActivitySource _source = new(SourceName);

    // They hold the completions, which a registry keeps only as long as somebody does.
    private readonly ConcurrentDictionary<Guid, TaskCompletion> _followed = new();
    private int _count;

    /// <inheritdoc/>
    public TaskEventLog Events => inner.Events;

    /// <inheritdoc/>
    public TimeSpan Overdue => inner.Overdue;

    public DateTimeOffset UtcNow => inner.UtcNow;

    /// <inheritdoc/>
    public string? Fault => inner.Fault;

    /// <inheritdoc/>
    public bool KeepsCalls => inner.KeepsCalls;

    /// <inheritdoc/>
    public ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken) => inner.ReadEventsAsync(after, cancellationToken);

    /// <summary>How many tasks are being followed.</summary>
    public int Followed => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public async ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken)
    {
        if (Caller() is not { } caller)
            return await inner.CreateAsync(owner, task, watch, cancellationToken);
        var answer = await inner.CreateAsync(owner, task, watch: true, cancellationToken);
        Follow(answer.Task, answer.Completion, caller);
        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        if (Caller() is not { } caller)
            return await inner.CreateManyAsync(owner, tasks, watch, cancellationToken);
        var answer = await inner.CreateManyAsync(owner, tasks, watch: true, cancellationToken);
        foreach (var (created, completion) in answer.Tasks)
            Follow(created, completion, caller);
        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask<CallAnswer> CreateOnceAsync(string owner, CallKey call, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        // What it says of waiting is kept with the call, so it isn't ours to change: the tasks are looked up once more.
        var answer = await inner.CreateOnceAsync(owner, call, tasks, watch, cancellationToken);
        if (answer is { Status: RegistryStatus.Ok, IsRepeat: false } && Caller() is { } caller)
        {
            foreach (var (created, completion) in await inner.WatchManyAsync(owner, Array.ConvertAll(answer.Tasks, static handle => handle.Task.Id), cancellationToken))
                Follow(created, completion, caller);
        }

        return answer;
    }

    /// <inheritdoc/>
    public ValueTask<KeptCall?> FindCallAsync(Digest key, CancellationToken cancellationToken) => inner.FindCallAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]> KeepAnswerAsync(Digest key, byte[] answer, CancellationToken cancellationToken) => inner.KeepAnswerAsync(key, answer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, CancellationToken cancellationToken) => inner.CancelAsync(owner, id, error, condition, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken) => inner.CancelManyAsync(owner, ids, error, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> CancelGroupAsync(string owner, string? group, TaskError error, CancellationToken cancellationToken) => inner.CancelGroupAsync(owner, group, error, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken) => inner.RescheduleAsync(owner, id, change, condition, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken) => inner.FindAsync(owner, id, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken) => inner.WatchAsync(owner, id, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<WatchedTask[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => inner.WatchManyAsync(owner, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => inner.FindManyAsync(owner, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken) => inner.FindGroupAsync(owner, group, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken) => inner.ListAsync(owner, query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RegistryStats> GetStatsAsync(string owner, CancellationToken cancellationToken) => inner.GetStatsAsync(owner, cancellationToken);

    /// <inheritdoc/>
    public RegistryTotals GetTotals() => inner.GetTotals();

    /// <inheritdoc/>
    public Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken) => inner.DrainAsync(grace, cancellationToken);

    private static ActivityContext? Caller() => _source.HasListeners() && Activity.Current is { Recorded: true } call ? call.Context : null;

    private void Follow(TaskSnapshot? task, TaskCompletion? completion, ActivityContext caller)
    {
        if (task is null)
            return;
        if (completion is null)
        {
            if (task.IsDone)
                Write(task, caller);
            return;
        }

        if (Interlocked.Increment(ref _count) > most)
        {
            Interlocked.Decrement(ref _count);
            return;
        }

        _followed[task.Id] = completion;
        // Owned by the dictionary; the completion never faults. The context that follows is nobody's: the span begins later than the call ends.
        using (ExecutionContext.SuppressFlow())
            _ = completion.Task.ContinueWith(finished => End(finished.Result, caller), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void End(TaskSnapshot task, ActivityContext caller)
    {
        Write(task, caller);
        _followed.TryRemove(task.Id, out _);
        Interlocked.Decrement(ref _count);
    }

    // Written when it is over, with the times that the task itself tells. In the call's trace, so that the sampler decides about both at
    // once and who has the call's trace id finds the task; linked besides, as the conventions have it for work that outlasts who asked for it.
    private static void Write(TaskSnapshot task, ActivityContext caller)
    {
        using var span = _source.StartActivity("task", ActivityKind.Internal, caller, tags: null, links: [new ActivityLink(caller)], task.CreatedAt);
        if (span is null)
            return;
        span.SetTag("taskapi.task.id", task.Id.ToString()).SetTag("taskapi.task.status", task.State.ToString().ToLowerInvariant());
        if (task.Error is { } error)
            span.SetTag("taskapi.task.reason", error.Reason);
        if (task.State == TaskState.Failed)
            span.SetStatus(ActivityStatusCode.Error);
        span.SetEndTime(task.FinishedAt!.Value.UtcDateTime);
    }
}
