namespace TaskApi.Engine.Model;

/// <summary>
/// The state of a task and the instant it was reached, in 64 bits, so that one compare-and-swap publishes both: 0 while pending,
/// else Unix milliseconds in the upper 61 bits and the <see cref="TaskState"/> in the lower three.
/// </summary>
internal readonly record struct TaskOutcome(long Bits)
{
    /// <summary>Marks a place whose task has been forgotten.</summary>
    public static readonly TaskOutcome Forgotten = new(-1);

    public TaskOutcome(TaskState state, long finishedAt) : this((finishedAt << 3) | (long)state) { }

    /// <summary>The state.</summary>
    public TaskState State => (TaskState)(Bits & 7);

    /// <summary>Unix milliseconds; means nothing before the final state.</summary>
    public long FinishedAt => Bits >> 3;

    /// <summary>True once the final state is reached.</summary>
    public bool IsDone => State.IsDone();

    public bool IsForgotten => Bits == Forgotten.Bits;
}
