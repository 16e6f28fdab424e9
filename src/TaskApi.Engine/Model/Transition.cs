namespace TaskApi.Engine.Model;

/// <summary>Why nothing becomes of a command.</summary>
internal enum TransitionRefusal
{
    /// <summary>It is not refused.</summary>
    None,

    /// <summary>The task is in a final state, which doesn't change.</summary>
    AlreadyDone,

    /// <summary>The task is running, and this is for pending ones.</summary>
    IsRunning,

    /// <summary>The task isn't running, and this is for running ones: the attempt is over.</summary>
    NotRunning,

    /// <summary>The task is a delayed message: there is nothing to run.</summary>
    HasNoWork,
}

/// <summary>How an attempt ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>With a result.</summary>
    Completed,

    /// <summary>With an error.</summary>
    Failed,

    /// <summary>Whoever ran it is gone.</summary>
    Lost,

    /// <summary>Given back.</summary>
    Released,

    /// <summary>Cancelled.</summary>
    Cancelled,
}

/// <summary>What becomes of a task.</summary>
/// <param name="Task">The task after it; as it was, if nothing changes.</param>
/// <param name="Refusal">Why nothing becomes of the command; <see cref="TransitionRefusal.None"/> also where there was nothing to do.</param>
/// <param name="IsChange">True if the task is another than before.</param>
/// <param name="Ended">How the attempt ended, if one did.</param>
/// <param name="AttemptError">The attempt's own error: the task may go on in spite of it.</param>
internal readonly record struct Transition(
    TaskFacts Task, TransitionRefusal Refusal, bool IsChange, AttemptOutcome? Ended = null, TaskError? AttemptError = null)
{
    /// <summary>True for a task that is pending again and waits for its turn at once: it was due, whatever the wall clock says now.</summary>
    public bool IsDue { get; init; }

    /// <summary>Nothing is done, and the caller is told why.</summary>
    public static Transition Refused(in TaskFacts task, TransitionRefusal why) => new(task, why, IsChange: false);

    /// <summary>Nothing is to be done.</summary>
    public static Transition None(in TaskFacts task) => new(task, TransitionRefusal.None, IsChange: false);

    /// <summary>The task goes on as <paramref name="task"/>.</summary>
    public static Transition To(in TaskFacts task, AttemptOutcome? ended = null, TaskError? attemptError = null) =>
        new(task, TransitionRefusal.None, IsChange: true, ended, attemptError);
}
