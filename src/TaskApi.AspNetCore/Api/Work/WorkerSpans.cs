using System.Collections.Concurrent;
using System.Diagnostics;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>
/// Has each attempt that a worker runs seen in the traces, as those of handlers in the process are: a span in the trace of the task's creation, and
/// linked to it, if that is recorded. Thread-safe.
/// </summary>
/// <param name="clock">Tells when an attempt was over.</param>
/// <param name="most">How many attempts are followed at once.</param>
internal sealed class WorkerSpans(ITaskClock clock, int most = 50_000)
{
    private static readonly ActivitySource _source = new(nameof(TaskApi));

    private readonly ConcurrentDictionary<Guid, Begun> _running = new();
    private int _count;

    /// <summary>Attempts have begun.</summary>
    public void OnAcquired(LeasedTask[] tasks)
    {
        if (!_source.HasListeners())
            return;
        foreach (var leased in tasks)
        {
            if (leased.Task.Work is not { TraceParent: { } trace, StartedAt: { } startedAt } work
                || !ActivityContext.TryParse(trace, traceState: null, isRemote: true, out var creator) || !creator.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
            {
                continue;
            }

            // Nobody has told how the one before ended.
            if (_running.TryRemove(leased.Task.Id, out var before))
                Write(leased.Task.Id, before, startedAt, "lost", error: null);
            else if (Interlocked.Increment(ref _count) > most)
                Forget();
            _running[leased.Task.Id] = new(creator, work.Type, work.Worker, leased.Token.Attempt, startedAt);
        }
    }

    /// <summary>Attempts didn't reach whoever asked for them, and have never been.</summary>
    public void OnReturned(LeasedTask[] tasks)
    {
        if (Volatile.Read(ref _count) == 0)
            return;
        foreach (var leased in tasks)
        {
            if (_running.TryGetValue(leased.Task.Id, out var begun) && begun.Attempt == leased.Token.Attempt && _running.TryRemove(new(leased.Task.Id, begun)))
                Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Outcomes have come, of which those count that were taken.</summary>
    public void OnFinished(WorkOutcome[] outcomes, FinishAnswer[] answers)
    {
        if (Volatile.Read(ref _count) == 0)
            return;
        for (var i = 0; i < outcomes.Length; i++)
        {
            var outcome = outcomes[i];
            if (answers[i].Problem != FinishProblem.None || !_running.TryGetValue(outcome.Token.Task, out var begun) || begun.Attempt != outcome.Token.Attempt
                || !_running.TryRemove(new(outcome.Token.Task, begun)))
            {
                continue;
            }

            Interlocked.Decrement(ref _count);
            Write(outcome.Token.Task, begun, clock.UtcNow, NameOf(outcome.Kind), outcome.Error);
        }
    }

    // Those that were cut short, and not begun again, would stay for ever.
    private void Forget()
    {
        _running.Clear();
        Volatile.Write(ref _count, 1);
    }

    private static void Write(Guid task, Begun begun, DateTimeOffset endedAt, string outcome, TaskError? error)
    {
        using var span = _source.StartActivity($"run {begun.Type}", ActivityKind.Consumer, begun.Creator, tags: null, [new ActivityLink(begun.Creator)], begun.StartedAt);
        if (span is null)
            return;
        span.SetTag("taskapi.task.id", task.ToString()).SetTag("taskapi.task.type", begun.Type).SetTag("taskapi.task.attempt", begun.Attempt)
            .SetTag("taskapi.worker", begun.Worker).SetTag("taskapi.task.outcome", outcome).SetEndTime(endedAt.UtcDateTime);
        if (error is not null)
            span.SetTag("error.type", error.Reason).SetStatus(ActivityStatusCode.Error);
    }

    private static string NameOf(WorkOutcomeKind kind) => kind switch
    {
        WorkOutcomeKind.Result => "completed",
        WorkOutcomeKind.Error => "failed",
        WorkOutcomeKind.Cancelled => "cancelled",
        _ => "released",
    };

    private sealed record Begun(ActivityContext Creator, string Type, string? Worker, int Attempt, DateTimeOffset StartedAt);
}
