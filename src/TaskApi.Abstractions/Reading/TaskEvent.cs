namespace TaskApi.Reading;

/// <summary>What an event says.</summary>
public enum TaskEventKind
{
    /// <summary>The task was created.</summary>
    Created,

    /// <summary>The task has completed.</summary>
    Completed,

    /// <summary>The task was cancelled.</summary>
    Cancelled,

    /// <summary>The task has failed.</summary>
    Failed,

    /// <summary>The task has another due time, another message, or both.</summary>
    Rescheduled,

    /// <summary>An attempt has begun.</summary>
    Started,

    /// <summary>The coroutine has told how far it has come.</summary>
    Progress,

    /// <summary>An attempt is over, and the task is to be begun again.</summary>
    Retrying,

    /// <summary>The running task has been asked to end.</summary>
    Cancelling,

    /// <summary>Events were missed, and can't be had any more: look at the tasks themselves.</summary>
    Gap,
}

/// <summary>Something that happened to a task, or a gap.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Task">The task just after it; null for a gap.</param>
/// <param name="Id">The event's number, to resume after; of a gap, the last that was missed.</param>
public sealed record TaskEvent(TaskEventKind Kind, TaskInfo? Task, long Id)
{
    /// <summary>A number that no event has: whoever goes on after it is told at once of a gap, and from then on of everything.</summary>
    internal const long NoEvent = long.MaxValue;
}
