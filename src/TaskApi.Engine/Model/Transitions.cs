namespace TaskApi.Engine.Model;

/// <summary>
/// The one state machine, which <c>docs/state-machine.md</c> draws: what becomes of a task when something happens to it. A pure function
/// of its arguments. What a storage does by sets, because it is faster, has to come to the same.
/// </summary>
internal static class Transitions
{
    /// <summary>Decides.</summary>
    /// <param name="task">The task as it is.</param>
    /// <param name="command">What happens.</param>
    /// <param name="now">When, in milliseconds of the clock that the task's instants are of.</param>
    public static Transition Decide(in TaskFacts task, in TaskCommand command, long now) =>
        task.State.IsDone() ? DecideDone(task, command)
        : task.State == TaskState.Running ? DecideRunning(task, command, now)
        : DecidePending(task, command, now);

    /// <summary>True if a pending task times out rather than comes due: at the same instant, completion wins.</summary>
    /// <param name="dueAt">When it is due.</param>
    /// <param name="timeoutAt">When its time limit is over, on the same clock.</param>
    public static bool TimesOutFirst(long dueAt, long timeoutAt) => timeoutAt < dueAt;

    // Cancelling what is cancelled is done already; whatever else comes too late is refused.
    private static Transition DecideDone(in TaskFacts task, in TaskCommand command) =>
        command.Kind == TaskCommandKind.Cancel && task.State == TaskState.Cancelled
            ? Transition.None(task)
            : Transition.Refused(task, TransitionRefusal.AlreadyDone);

    private static Transition DecidePending(in TaskFacts task, in TaskCommand command, long now) => command.Kind switch
    {
        TaskCommandKind.ComeDue => task.Retry is null ? Complete(task, now) : Transition.None(task),
        TaskCommandKind.TimeOut or TaskCommandKind.Cancel => Cancel(task, command.Error!, now),
        TaskCommandKind.Reschedule => Transition.To(task with { DueAt = now + command.Delay }),
        TaskCommandKind.Start => task.Retry is null
            ? Transition.Refused(task, TransitionRefusal.HasNoWork)
            : Transition.To(task with { State = TaskState.Running, Attempt = task.Attempt + 1 }),
        _ => Transition.Refused(task, TransitionRefusal.NotRunning),
    };

    private static Transition DecideRunning(in TaskFacts task, in TaskCommand command, long now) => command.Kind switch
    {
        TaskCommandKind.ComeDue => Transition.None(task),
        TaskCommandKind.TimeOut or TaskCommandKind.Cancel => RequestCancel(task, command, now),
        TaskCommandKind.Succeed => Complete(task, now),
        // There is no coroutine to begin again: whoever has the token may still end it.
        TaskCommandKind.Lose or TaskCommandKind.Release or TaskCommandKind.Return when task is { CancelsAtOnce: true, IsUnderWay: false } => Transition.None(task),
        TaskCommandKind.Fail => Fail(task, command, command.Error!, now),
        TaskCommandKind.AcknowledgeCancel => task.CancelRequest is { } requested
            ? Cancel(task, requested, now)
            : Fail(task, command, new TaskError(TaskError.CancelledError, Detail: null), now),
        TaskCommandKind.Lose => Lose(task, now),
        TaskCommandKind.Release => task.CancelRequest is { } requested
            ? Cancel(task, requested, now, AttemptOutcome.Released)
            : Transition.To(task with { State = TaskState.Pending, DueAt = now + command.Delay }, AttemptOutcome.Released),
        TaskCommandKind.Return => task.CancelRequest is { } requested
            ? Cancel(task, requested, now, AttemptOutcome.Released)
            : Transition.To(task with { State = TaskState.Pending, Attempt = task.Attempt - 1, DueAt = command.Delay == 0 ? task.DueAt : now + command.Delay }, AttemptOutcome.Released) with { IsDue = command.Delay == 0 },
        TaskCommandKind.EndGrace => task.CancelRequest is { } requested ? Cancel(task, requested, now) : Transition.None(task),
        _ => Transition.Refused(task, TransitionRefusal.IsRunning),
    };

    // The coroutine is told, and may clean up. The first request's reason stays.
    private static Transition RequestCancel(in TaskFacts task, in TaskCommand command, long now)
    {
        if (command.IsFinal || task.CancelsAtOnce)
            return Cancel(task, task.CancelRequest ?? command.Error!, now);
        return task.CancelRequest is null ? Transition.To(task with { CancelRequest = command.Error }) : Transition.None(task);
    }

    private static Transition Fail(in TaskFacts task, in TaskCommand command, TaskError error, long now)
    {
        var retry = task.Retry!;
        var failed = task with { Errors = task.Errors + 1 };
        var dueAt = now + Math.Max(command.Delay, retry.DelayAfter(failed.Errors, command.Random));
        var lastStart = retry.MaxElapsedSeconds is { } seconds ? task.CreatedAt + (long)(seconds * 1000) : long.MaxValue;
        // Who was asked to end and raises something else has failed: it isn't begun again.
        var goesOn = !command.IsFinal && task.CancelRequest is null && failed.Errors < retry.MaxAttempts && dueAt <= lastStart;
        return goesOn
            ? Transition.To(failed with { State = TaskState.Pending, DueAt = dueAt }, AttemptOutcome.Failed, error)
            : Transition.To(Finish(failed, TaskState.Failed, now, error), AttemptOutcome.Failed, error);
    }

    private static Transition Lose(in TaskFacts task, long now)
    {
        if (task.CancelRequest is { } requested)
            return Cancel(task, requested, now, AttemptOutcome.Lost);
        var lost = task with { Losses = task.Losses + 1 };
        return lost.Losses <= task.Retry!.MaxLosses
            ? Transition.To(lost with { State = TaskState.Pending, DueAt = now }, AttemptOutcome.Lost)
            : Transition.To(Finish(lost, TaskState.Failed, now, new TaskError(TaskError.WorkerLost, Detail: null)), AttemptOutcome.Lost);
    }

    private static Transition Complete(in TaskFacts task, long now) =>
        Transition.To(Finish(task, TaskState.Completed, now, error: null), task.State == TaskState.Running ? AttemptOutcome.Completed : null);

    private static Transition Cancel(in TaskFacts task, TaskError error, long now, AttemptOutcome ended = AttemptOutcome.Cancelled) =>
        Transition.To(Finish(task, TaskState.Cancelled, now, error), task.State == TaskState.Running ? ended : null);

    // A wall clock may have been set back: nothing is shown to have finished before it was created, or completed before it was due.
    private static TaskFacts Finish(in TaskFacts task, TaskState state, long now, TaskError? error) => task with
    {
        State = state,
        FinishedAt = FinishedAt(state, task.CreatedAt, task.DueAt, now),
        Error = error,
    };

    /// <summary>The instant that a final state is shown with, whatever the wall clock says.</summary>
    public static long FinishedAt(TaskState state, long createdAt, long dueAt, long now) =>
        Math.Max(now, state == TaskState.Completed ? Math.Max(createdAt, dueAt) : createdAt);
}
