using System.ComponentModel.DataAnnotations;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>What to change of a pending task: its due time, counted from now, its message or its input and priority. At most one of <c>delaySeconds</c>, <c>delay</c> and <c>dueAt</c>.</summary>
/// <remarks>The attributes are documentation; <see cref="RescheduleValidation"/> enforces the rules.</remarks>
internal sealed record RescheduleTaskRequest : IScheduleRequest
{
    /// <summary>Due in so many seconds from now, where 0 means now; fractions are allowed.</summary>
    [Rule(nameof(FieldRules.DelaySeconds))]
    public double? DelaySeconds { get; init; }

    /// <summary>Due this ISO 8601 duration from now: weeks to seconds, no years or months; at most 31,536,000 s.</summary>
    [DataType(DataType.Duration), RegularExpression(IsoDuration.Pattern)]
    public string? Delay { get; init; }

    /// <summary>Due at this instant (RFC 3339 with an offset), at most a year ahead; one in the past means now.</summary>
    [DataType(DataType.DateTime)]
    public string? DueAt { get; init; }

    /// <summary>The new message.</summary>
    [Rule(nameof(FieldRules.Message))]
    public string? Message { get; init; }

    /// <summary>What the coroutine gets instead: any JSON, null too, at most 64 KiB of it unless the service says otherwise. Only of a task with a type.</summary>
    public RawJson? Input { get; init; }

    /// <summary>The new priority. Only of a task with a type.</summary>
    [Rule(nameof(FieldRules.Priority))]
    public int? Priority { get; init; }
}

/// <summary>Whether a task is done, as asyncio's <c>Task.done()</c> says it.</summary>
/// <param name="Id">The task.</param>
/// <param name="Done">False while the task is pending or running.</param>
/// <param name="Status">Where the task stands.</param>
internal sealed record TaskDoneResponse(Guid Id, bool Done, TaskState Status);

/// <summary>A completed task's result, as asyncio's <c>Task.result()</c> gives it.</summary>
/// <param name="Id">The task.</param>
/// <param name="Result">Of a message <c>HH:mm:ss message</c>, with the server's local time at completion, else what the coroutine returned: any JSON.</param>
internal sealed record TaskResultResponse(Guid Id, TextOrJson Result);

/// <summary>A page of tasks in creation order.</summary>
/// <param name="Tasks">The tasks; there may be fewer than asked for, even none, and still a next page.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null at the end.</param>
internal sealed record TaskListResponse(TaskResponse[] Tasks, string? NextCursor);

/// <summary>What a bulk cancel did.</summary>
/// <param name="Cancelled">How many pending tasks it cancelled.</param>
/// <param name="Requested">How many running ones it asked to end.</param>
internal sealed record BulkCancelResponse(long Cancelled, long Requested);

/// <summary>The caller's counts since the start, and the service's figures.</summary>
/// <param name="Pending">Tasks pending now.</param>
/// <param name="Created">Tasks created.</param>
/// <param name="Completed">Tasks completed.</param>
/// <param name="Cancelled">Tasks cancelled.</param>
/// <param name="Failed">Tasks failed.</param>
/// <param name="Running">Tasks running now.</param>
/// <param name="Ready">Tasks that are due and wait for somebody to run them; they are among those pending.</param>
/// <param name="Retried">How often a task was to be begun again after an error.</param>
/// <param name="Lost">Attempts whose worker was gone.</param>
/// <param name="Capacity">The most tasks that may be pending, all callers together.</param>
/// <param name="LatenessMs">How long after their due time tasks completed, all callers together.</param>
/// <param name="UptimeSeconds">Seconds since the service started.</param>
internal sealed record StatsResponse(
    long Pending, long Created, long Completed, long Cancelled, long Failed, long Running, long Ready, long Retried, long Lost, long Capacity, LatenessResponse LatenessMs, double UptimeSeconds);

/// <summary>Lateness in milliseconds; 0 before the first completion.</summary>
/// <param name="P50">Half of the tasks were at most so late.</param>
/// <param name="P99">99 of 100 were at most so late.</param>
/// <param name="Max">The latest.</param>
internal sealed record LatenessResponse(double P50, double P99, double Max);

/// <summary>The attempts of a task.</summary>
/// <param name="Attempts">The last 20, the oldest first; none of a message.</param>
internal sealed record AttemptsResponse(AttemptResponse[] Attempts);

/// <summary>An attempt of a task.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Worker">Who ran it; null for nobody.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="Outcome">How it ended: <c>completed</c>, <c>failed</c>, <c>lost</c>, <c>released</c> or <c>cancelled</c>; null while it runs.</param>
/// <param name="Error">Its own error; null if it had none.</param>
internal sealed record AttemptResponse(
    int Number, string? Worker, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, [property: RegularExpression("^(completed|failed|lost|released|cancelled)$")] string? Outcome, TaskErrorResponse? Error);

/// <summary>What was run again.</summary>
/// <param name="Created">How many tasks there are anew.</param>
internal sealed record RerunResponse(long Created);
