namespace TaskApi.Engine.Model;

/// <summary>
/// The final state of a task and the instant it was reached, in 64 bits, so that one compare-and-swap publishes both:
/// 0 while pending, else Unix milliseconds in the upper 62 bits and the <see cref="TaskState"/> in the lower two.
/// </summary>
internal readonly record struct TaskOutcome(long Bits)
{
    /// <summary>Marks a place whose task has been forgotten.</summary>
    public static readonly TaskOutcome Forgotten = new(-1);

    public TaskOutcome(TaskState state, long finishedAt) : this((finishedAt << 2) | (long)state) { }

    public TaskState State => (TaskState)(Bits & 3);

    /// <summary>Unix milliseconds; means nothing while pending.</summary>
    public long FinishedAt => Bits >> 2;

    public bool IsPending => Bits == 0;

    public bool IsForgotten => Bits == Forgotten.Bits;
}
