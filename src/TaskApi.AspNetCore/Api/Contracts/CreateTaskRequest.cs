using System.ComponentModel.DataAnnotations;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>A task to create. At most one of <c>delaySeconds</c>, <c>delay</c> and <c>dueAt</c>; with none the task is due now.</summary>
/// <remarks>The attributes are documentation; <see cref="CreateTaskValidation"/> enforces the rules.</remarks>
internal sealed record CreateTaskRequest : IScheduleRequest
{
    /// <summary>The message to deliver: 1 to 4,096 UTF-16 units of any text but lone surrogates.</summary>
    [Required, StringLength(TextRules.MaxMessageLength, MinimumLength = 1)]
    public string? Message { get; init; }

    /// <summary>Due in so many seconds: 0 to 31,536,000, fractions allowed.</summary>
    [Range(0, ScheduleValidation.MaxSeconds)]
    public double? DelaySeconds { get; init; }

    /// <summary>Due after this ISO 8601 duration: weeks to seconds, no years or months; at most 31,536,000 s.</summary>
    [DataType(DataType.Duration), RegularExpression(IsoDuration.Pattern)]
    public string? Delay { get; init; }

    /// <summary>Due at this instant (RFC 3339 with an offset), at most a year ahead; one in the past means now.</summary>
    [DataType(DataType.DateTime)]
    public string? DueAt { get; init; }

    /// <summary>A label: 1 to 128 characters.</summary>
    [StringLength(TextRules.MaxNameLength, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary>A grouping key: 1 to 128 of the characters A-Z a-z 0-9 . _ : -</summary>
    [StringLength(TextRules.MaxGroupLength, MinimumLength = 1), RegularExpression(TextRules.GroupPattern)]
    public string? Group { get; init; }

    /// <summary>Cancel the task, with reason <c>timeout</c>, if it is still pending so many seconds after its creation: above 0, up to 31,536,000.</summary>
    [Range(0, ScheduleValidation.MaxSeconds, MinimumIsExclusive = true)]
    public double? TimeoutSeconds { get; init; }
}
