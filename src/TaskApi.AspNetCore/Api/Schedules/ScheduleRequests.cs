using System.ComponentModel.DataAnnotations;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>When tasks are to be created, and which. Exactly one of <c>cron</c> and <c>everySeconds</c>.</summary>
/// <remarks>The attributes are documentation; <see cref="ScheduleRequestValidation"/> enforces the rules.</remarks>
internal sealed record ScheduleRequest
{
    /// <summary>A cron expression: 5 fields (minute, hour, day of month, month, day of week), 6 with seconds first, or a macro such as <c>@daily</c>. Names, ranges, lists, steps, <c>L</c>, <c>W</c> and <c>#</c> as in Cronos.</summary>
    [StringLength(CronText.MaxLength, MinimumLength = 1)]
    public string? Cron { get; init; }

    /// <summary>A period in whole seconds. The first occurrence is at <c>startAt</c> or, without that, one period after the creation.</summary>
    [Rule(nameof(FieldRules.PeriodSeconds))]
    public double? EverySeconds { get; init; }

    /// <summary>The time zone in which <c>cron</c> is read, by its IANA name, such as <c>Europe/Oslo</c>; UTC by default.</summary>
    [StringLength(128, MinimumLength = 1)]
    public string? TimeZone { get; init; }

    /// <summary>There is no occurrence before this instant (RFC 3339 with an offset).</summary>
    [DataType(DataType.DateTime)]
    public string? StartAt { get; init; }

    /// <summary>There is no occurrence after this instant (RFC 3339 with an offset).</summary>
    [DataType(DataType.DateTime)]
    public string? EndAt { get; init; }

    /// <summary>A task is due at its occurrence or up to so many seconds later, at random; 0 by default.</summary>
    [Rule(nameof(FieldRules.JitterSeconds))]
    public double? JitterSeconds { get; init; }

    /// <summary>Which occurrences run that came due while nothing did: the last <c>one</c>, which is the default, <c>all</c>, up to 1,000, or <c>none</c>.</summary>
    public MissedOccurrences? Missed { get; init; }

    /// <summary>What happens when the task of the occurrence before is not done: start all the same (<c>allow</c>, the default), <c>skip</c> this one, <c>cancel</c> that one, or <c>wait</c> until it is done.</summary>
    public OverlapRule? Overlap { get; init; }

    /// <summary>True: what comes due is skipped.</summary>
    public bool? Paused { get; init; }

    /// <summary>The task to create: a body as for <c>POST /tasks</c>, without a due time.</summary>
    [Required]
    public CreateTaskRequest? Task { get; init; }
}

/// <summary>What to change of a schedule.</summary>
internal sealed record PauseScheduleRequest
{
    /// <summary>True: what comes due is skipped. False: the plan goes on with the next occurrence.</summary>
    [Required]
    public bool? Paused { get; init; }
}
