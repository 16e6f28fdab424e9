using System.Collections.Concurrent;
using System.Diagnostics;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>
/// Has a task seen from START to END in the traces: as a span in the trace of the call that created it and linked to that call, and
/// only if the trace is recorded. Thread-safe.
/// </summary>
/// <param name="most">How many tasks are followed at once; further ones are left out.</param>
internal sealed class TaskTracing(int most = 50_000) : ITaskObserver
{
    /// <summary>The name of the source of the spans.</summary>
    public const string SourceName = "TaskApi";

    private static readonly ActivitySource _source = new(SourceName);

    // They hold the completions, which a storage keeps only as long as somebody does.
    private readonly ConcurrentDictionary<Guid, TaskCompletion> _followed = new();
    private int _count;

    /// <summary>How many tasks are being followed.</summary>
    public int Followed => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public bool FollowsCall => Caller() is not null;

    /// <inheritdoc/>
    public void OnCreated(TaskSnapshot task, TaskCompletion? completion)
    {
        if (Caller() is not { } caller)
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

    private static ActivityContext? Caller() => _source.HasListeners() && Activity.Current is { Recorded: true } call ? call.Context : null;

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
