using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>A schedule: what was asked for, and how far it has come.</summary>
internal sealed record ScheduleResponse
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The cron expression; null where there is a period.</summary>
    public required string? Cron { get; init; }

    /// <summary>The period in seconds; null where there is a cron expression.</summary>
    public required long? EverySeconds { get; init; }

    /// <summary>The time zone in which the expression is read.</summary>
    public required string TimeZone { get; init; }

    /// <summary>There is no occurrence before.</summary>
    public required DateTimeOffset? StartAt { get; init; }

    /// <summary>There is no occurrence after.</summary>
    public required DateTimeOffset? EndAt { get; init; }

    /// <summary>By how many seconds a task may be due after its occurrence.</summary>
    public required double JitterSeconds { get; init; }

    /// <summary>Which missed occurrences run.</summary>
    public required MissedOccurrences Missed { get; init; }

    /// <summary>What happens when the task of the occurrence before is not done.</summary>
    public required OverlapRule Overlap { get; init; }

    /// <summary>True: what comes due is skipped.</summary>
    public required bool Paused { get; init; }

    /// <summary>The task that is created.</summary>
    public required ScheduledTaskResponse Task { get; init; }

    /// <summary>The next five occurrences; fewer if it ends before, none while it is paused.</summary>
    public required IReadOnlyList<DateTimeOffset> NextAt { get; init; }

    /// <summary>The last occurrence that created a task.</summary>
    public required DateTimeOffset? LastAt { get; init; }

    /// <summary>That task.</summary>
    public required Guid? LastTaskId { get; init; }

    /// <summary>When the schedule was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something else was last asked for.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>The task that a schedule creates: what was given, and the defaults.</summary>
internal sealed record ScheduledTaskResponse
{
    /// <summary>The message; null for work.</summary>
    public required string? Message { get; init; }

    /// <summary>The type of the work; null for a message.</summary>
    public required string? Type { get; init; }

    /// <summary>What the coroutine gets; null for a message.</summary>
    public required RawJson? Input { get; init; }

    /// <summary>The queue; null for a message.</summary>
    public required string? Queue { get; init; }

    /// <summary>The priority; null for a message.</summary>
    public required int? Priority { get; init; }

    /// <summary>What a queue counts by.</summary>
    public required string? Key { get; init; }

    /// <summary>Whether it is begun again; null for a message.</summary>
    public required RetryResponse? Retry { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    public required double? AttemptSeconds { get; init; }

    /// <summary>That it is to be the only one with a key.</summary>
    public required UniqueRequest? Unique { get; init; }

    /// <summary>What is called when it is done; credentials in its headers are masked.</summary>
    public required CallbackRequest? Callback { get; init; }

    /// <summary>Its label.</summary>
    public required string? Name { get; init; }

    /// <summary>Its group.</summary>
    public required string? Group { get; init; }

    /// <summary>How long it may take from its creation.</summary>
    public required double? TimeoutSeconds { get; init; }
}

/// <summary>A page of schedules in the order of their names.</summary>
/// <param name="Schedules">The schedules.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null at the end.</param>
internal sealed record ScheduleListResponse(ScheduleResponse[] Schedules, string? NextCursor);

/// <summary>When the occurrences of an expression would be.</summary>
/// <param name="NextAt">The next of them.</param>
internal sealed record PreviewResponse(IReadOnlyList<DateTimeOffset> NextAt);
