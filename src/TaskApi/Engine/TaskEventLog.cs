namespace TaskApi.Engine;

/// <summary>What happened to a task.</summary>
internal enum TaskEventKind
{
    Created,
    Completed,
    Cancelled,
    Failed,
    Rescheduled,
}

/// <summary>One event: its number, increasing by one from event to event, what happened, and the task just after it.</summary>
internal sealed record TaskEvent(long Sequence, TaskEventKind Kind, TaskSnapshot Task);

/// <summary>
/// A bounded ring of the latest events, shared by all readers: each reads at its own pace by sequence number, so a slow one
/// holds nothing up, and one that falls behind the ring is told what it missed. Thread-safe.
/// </summary>
internal sealed class TaskEventLog(int capacity)
{
    /// <summary>How many events are kept.</summary>
    public int Capacity { get; } = capacity;
}
