using System.Text.Json.Serialization;

namespace TaskApi.Client;

/// <summary>When a wait for several tasks is over: <c>asyncio.wait</c>'s <c>return_when</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReturnWhen>))]
public enum ReturnWhen
{
    /// <summary>All tasks are done.</summary>
    [JsonStringEnumMemberName("allCompleted")]
    AllCompleted,

    /// <summary>One task is done, however it ended.</summary>
    [JsonStringEnumMemberName("firstCompleted")]
    FirstCompleted,

    /// <summary>One task has failed, or all are done; to be cancelled is not to fail.</summary>
    [JsonStringEnumMemberName("firstException")]
    FirstException,
}

/// <summary>Where the tasks of a wait stand: each once, in the order given.</summary>
/// <param name="Done">Those that are done.</param>
/// <param name="Pending">Those that aren't.</param>
public sealed record WaitResult(IReadOnlyList<TaskInfo> Done, IReadOnlyList<TaskInfo> Pending);

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

/// <summary>The caller's counts since the start of the service, and the service's figures.</summary>
public sealed record TaskStats
{
    /// <summary>Tasks pending now.</summary>
    public long Pending { get; init; }

    /// <summary>Tasks created.</summary>
    public long Created { get; init; }

    /// <summary>Tasks completed.</summary>
    public long Completed { get; init; }

    /// <summary>Tasks cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>Tasks failed.</summary>
    public long Failed { get; init; }

    /// <summary>The most tasks that may be pending, all callers together.</summary>
    public long Capacity { get; init; }

    /// <summary>How long after their due time tasks completed, all callers together.</summary>
    public LatenessStats? LatenessMs { get; init; }

    /// <summary>Seconds since the service started.</summary>
    public double UptimeSeconds { get; init; }
}

/// <summary>Lateness in milliseconds; 0 before the first completion.</summary>
/// <param name="P50">Half of the tasks were at most so late.</param>
/// <param name="P99">99 of 100 were at most so late.</param>
/// <param name="Max">The latest.</param>
public sealed record LatenessStats(double P50, double P99, double Max);
