namespace TaskApi.Engine.Model;

/// <summary>
/// The final state of a task and the instant it was reached, in 64 bits, so that one compare-and-swap publishes both:
/// 0 before it, else Unix milliseconds in the upper 62 bits and the <see cref="TaskState"/> in the lower two.
/// </summary>
internal readonly record struct TaskOutcome(long Bits)
{
    /// <summary>Marks a place whose task has been forgotten.</summary>
    public static readonly TaskOutcome Forgotten = new(-1);

    public TaskOutcome(TaskState state, long finishedAt) : this((finishedAt << 2) | (long)state) { }

    /// <summary>The final state; <see cref="TaskState.Pending"/> before it.</summary>
    public TaskState State => (TaskState)(Bits & 3);

    /// <summary>Unix milliseconds; means nothing before the final state.</summary>
    public long FinishedAt => Bits >> 2;

    /// <summary>True once the final state is reached.</summary>
    public bool IsDone => State.IsDone();

    public bool IsForgotten => Bits == Forgotten.Bits;
}
