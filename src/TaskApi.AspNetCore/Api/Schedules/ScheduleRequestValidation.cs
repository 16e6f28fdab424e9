using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>The rules for a schedule.</summary>
internal static class ScheduleRequestValidation
{
    /// <summary>The definition that is asked for, or null and every rule that the request breaks.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">What creations go by.</param>
    /// <param name="errors">Gets the broken rules.</param>
    public static ScheduleDefinition? Validate(ScheduleRequest request, in CreationContext call, FieldErrors errors)
    {
        var timing = ReadTiming(request, errors);
        FieldRules.JitterSeconds.Check(request.JitterSeconds, "jitterSeconds", FieldPath.Root, errors);
        var task = ReadTask(request.Task, call, errors);
        if (!errors.IsEmpty)
            return null;
        if (request.Cron is not null && timing!.Next(DateTimeOffset.MinValue.AddYears(1), default) is null && timing is { StartAt: null, EndAt: null })
            errors.Add("cron", "never occurs: there is no such day.");
        return !errors.IsEmpty ? null : new ScheduleDefinition
        {
            Timing = timing!,
            JitterSeconds = (request.JitterSeconds ?? 0) + 0.0,
            Missed = request.Missed ?? MissedOccurrences.One,
            Overlap = request.Overlap ?? OverlapRule.Allow,
            Paused = request.Paused ?? false,
            Task = task!,
        };
    }

    /// <summary>Notes what is wrong with a name.</summary>
    public static void CheckName(string name, FieldErrors errors)
    {
        FieldRules.Label.Check(name, "name", FieldPath.Root, errors);
        if (name is "preview" or "." or "..")
            errors.Add("name", "must not be preview, . or ..: those are the paths of other calls.");
    }

    /// <summary>Notes what is wrong with a cron expression.</summary>
    public static void CheckCron(string cron, FieldErrors errors)
    {
        if (CronText.Parse(cron, out var fault) is null)
            errors.Add("cron", fault!);
    }

    /// <summary>Notes it if there is no such time zone.</summary>
    public static void CheckZone(string? zone, FieldErrors errors)
    {
        if (zone is not null && ScheduleTiming.FindZone(zone) is null)
            errors.Add("timeZone", "must be the name of a time zone in the IANA's database, such as Europe/Oslo, or UTC.");
    }

    private static ScheduleTiming? ReadTiming(ScheduleRequest request, FieldErrors errors)
    {
        if (request.Cron is null == request.EverySeconds is null)
            errors.Add("cron", request.Cron is null ? "is required, or else everySeconds: exactly one of the two." : "must not be given with everySeconds: exactly one of the two.");
        else if (request.Cron is { } cron)
            CheckCron(cron, errors);
        FieldRules.PeriodSeconds.Check(request.EverySeconds, "everySeconds", FieldPath.Root, errors);
        if (request.EverySeconds is { } seconds && Math.Floor(seconds) != seconds)
            errors.Add("everySeconds", "must be a whole number.");
        CheckZone(request.TimeZone, errors);
        if (request.EverySeconds is not null && request.TimeZone is not (null or "UTC"))
            errors.Add("timeZone", "goes only with cron: a period is the same in every zone.");
        var startAt = Rfc3339.Read(request.StartAt, "startAt", errors);
        var endAt = Rfc3339.Read(request.EndAt, "endAt", errors);
        if (endAt < startAt)
            errors.Add("endAt", "must not be before startAt.");
        return !errors.IsEmpty ? null : new ScheduleTiming
        {
            Cron = request.Cron?.Trim(),
            EverySeconds = (long?)request.EverySeconds,
            TimeZone = request.TimeZone ?? "UTC",
            StartAt = startAt,
            EndAt = endAt,
        };
    }

    private static TaskSpec? ReadTask(CreateTaskRequest? request, in CreationContext call, FieldErrors errors)
    {
        var path = FieldPath.Member("task");
        if (request is null)
        {
            errors.Add("task", "is required.");
            return null;
        }

        var task = CreateTaskValidation.Validate(request, call with { HidesTokens = true }, path, errors);
        if (request.After is not null)
            errors.Add(path, "after", "must be left out: the schedule says when.");
        if (request.Type == WorkTypes.Gather)
            errors.Add(path, "type", "must not be gather: a schedule makes one task. Have that create the others.");
        foreach (var (field, value) in (ReadOnlySpan<(string, object?)>)[("delaySeconds", request.DelaySeconds), ("delay", request.Delay), ("dueAt", request.DueAt)])
        {
            if (value is not null)
                errors.Add(path, field, "must be left out: the schedule says when.");
        }

        return task is null || !errors.IsEmpty ? null : task with { Work = task.Work is { } work ? work with { Input = work.Input.ToArray(), TraceParent = null } : null };
    }
}
