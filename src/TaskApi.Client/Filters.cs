namespace TaskApi.Client;

/// <summary>Which tasks to list; null takes everything.</summary>
public sealed record TaskFilter
{
    /// <summary>Only tasks in this state.</summary>
    public TaskState? Status { get; init; }

    /// <summary>Only tasks of this group.</summary>
    public string? Group { get; init; }

    /// <summary>Only tasks of exactly this name.</summary>
    public string? Name { get; init; }

    /// <summary>The newest first, instead of the order of creation.</summary>
    public bool NewestFirst { get; init; }
}

/// <summary>Which events to hear of; null takes everything.</summary>
public sealed record EventFilter
{
    /// <summary>Only those of these tasks.</summary>
    public IReadOnlyCollection<TaskHandle>? Tasks { get; init; }

    /// <summary>Only those of this group's tasks.</summary>
    public string? Group { get; init; }
}

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

    /// <summary>Events were missed, and can't be had any more: look at the tasks themselves.</summary>
    Gap,
}

/// <summary>Something that happened to a task, or a gap.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Task">The task just after it; null for a gap.</param>
/// <param name="Id">The event's number, to resume after; of a gap, the last that was missed.</param>
public sealed record TaskEvent(TaskEventKind Kind, TaskInfo? Task, long Id);
