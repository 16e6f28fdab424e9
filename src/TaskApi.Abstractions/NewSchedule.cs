namespace TaskApi;

/// <summary>
/// A schedule: when tasks are created, and which. Exactly one of <see cref="Cron"/> and <see cref="Every"/> says when.
/// </summary>
public sealed record NewSchedule
{
    /// <summary>
    /// A cron expression: 5 fields (minute, hour, day of month, month, day of week), 6 with seconds first, or a macro such as <c>@daily</c>. Names,
    /// ranges, lists, steps, <c>L</c>, <c>W</c> and <c>#</c> as in Cronos.
    /// </summary>
    public string? Cron { get; init; }

    /// <summary>A period: whole seconds, from 1 second to 365 days. The first occurrence is at <see cref="StartAt"/> or, without that, one period after the creation.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>The time zone in which <see cref="Cron"/> is read, by its IANA name, such as <c>Europe/Oslo</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>There is no occurrence before; null: no bound.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>There is no occurrence after; null: no bound.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>A task is due at its occurrence or up to so much later, at random: 0 to 1 day.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Which occurrences run that came due while nothing did.</summary>
    public MissedOccurrences Missed { get; init; }

    /// <summary>What happens when the task of the occurrence before is not done.</summary>
    public OverlapRule Overlap { get; init; }

    /// <summary>True: what comes due is skipped.</summary>
    public bool Paused { get; init; }

    /// <summary>The task to create: a message or one with a type, without a due time.</summary>
    public required NewTask Task { get; init; }
}
