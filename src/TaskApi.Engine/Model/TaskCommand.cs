namespace TaskApi.Engine.Model;

/// <summary>What can happen to a task.</summary>
internal enum TaskCommandKind
{
    /// <summary>The due time has come.</summary>
    ComeDue,

    /// <summary>The time limit of the whole task is over.</summary>
    TimeOut,

    /// <summary>Somebody changes the due time.</summary>
    Reschedule,

    /// <summary>Somebody asks for its end.</summary>
    Cancel,

    /// <summary>It is handed to whoever runs it.</summary>
    Start,

    /// <summary>The coroutine returned.</summary>
    Succeed,

    /// <summary>The coroutine raised, or its attempt took too long.</summary>
    Fail,

    /// <summary>The coroutine ended because it was told to.</summary>
    AcknowledgeCancel,

    /// <summary>Whoever ran it is gone.</summary>
    Lose,

    /// <summary>Whoever ran it gives it back.</summary>
    Release,

    /// <summary>It didn't reach whoever it was handed to.</summary>
    Return,

    /// <summary>The time that a coroutine has to clean up is over.</summary>
    EndGrace,
}

/// <summary>One thing that happens to a task, with what is to be known of it. Made by its constructors, each named after what happens.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Error">Why, for a cancellation or an error.</param>
/// <param name="Delay">In milliseconds: of the new due time, of a release or a return, or the least of a retry.</param>
/// <param name="Random">At least 0, below 1: what a retry's jitter is drawn from.</param>
/// <param name="IsFinal">Of an error: no further attempt. Of a cancellation: no grace.</param>
internal readonly record struct TaskCommand(TaskCommandKind Kind, TaskError? Error = null, long Delay = 0, double Random = 0, bool IsFinal = false)
{
    private static readonly TaskError _timeout = new(TaskError.Timeout, Detail: null);
    private static readonly TaskError _attemptTimeout = new(TaskError.AttemptTimeout, Detail: null);

    /// <inheritdoc cref="TaskCommandKind.ComeDue"/>
    public static TaskCommand ComeDue() => new(TaskCommandKind.ComeDue);

    /// <inheritdoc cref="TaskCommandKind.TimeOut"/>
    public static TaskCommand TimeOut() => new(TaskCommandKind.TimeOut, _timeout);

    /// <summary>Somebody has it come due so many milliseconds from now.</summary>
    public static TaskCommand Reschedule(long delay) => new(TaskCommandKind.Reschedule, Delay: delay);

    /// <summary>Somebody asks for its end; with <paramref name="force"/> a coroutine gets no time to clean up.</summary>
    public static TaskCommand Cancel(TaskError error, bool force = false) => new(TaskCommandKind.Cancel, error, IsFinal: force);

    /// <inheritdoc cref="TaskCommandKind.Start"/>
    public static TaskCommand Start() => new(TaskCommandKind.Start);

    /// <inheritdoc cref="TaskCommandKind.Succeed"/>
    public static TaskCommand Succeed() => new(TaskCommandKind.Succeed);

    /// <summary>The coroutine raised. <paramref name="random"/> is at least 0 and below 1; it isn't begun again before <paramref name="delay"/> milliseconds from now.</summary>
    public static TaskCommand Fail(TaskError error, double random, bool retry = true, long delay = 0) => new(TaskCommandKind.Fail, error, delay, random, IsFinal: !retry);

    /// <summary>The attempt took longer than it may: an error like others. <paramref name="random"/> is at least 0 and below 1.</summary>
    public static TaskCommand FailByTime(double random) => Fail(_attemptTimeout, random);

    /// <inheritdoc cref="TaskCommandKind.AcknowledgeCancel"/>
    /// <param name="random">At least 0, below 1: without a request this is an error, which may be tried again.</param>
    public static TaskCommand AcknowledgeCancel(double random) => new(TaskCommandKind.AcknowledgeCancel, Random: random);

    /// <inheritdoc cref="TaskCommandKind.Lose"/>
    public static TaskCommand Lose() => new(TaskCommandKind.Lose);

    /// <summary>Whoever ran it gives it back, to be begun again so many milliseconds from now.</summary>
    public static TaskCommand Release(long delay) => new(TaskCommandKind.Release, Delay: delay);

    /// <summary>It is as if it hadn't been handed out; with <paramref name="delay"/>, it is due again so many milliseconds from now.</summary>
    public static TaskCommand Return(long delay = 0) => new(TaskCommandKind.Return, Delay: delay);

    /// <inheritdoc cref="TaskCommandKind.EndGrace"/>
    public static TaskCommand EndGrace() => new(TaskCommandKind.EndGrace);
}
