using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for when a task is due.</summary>
internal static class ScheduleValidation
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(FieldRules.DelaySeconds.Most);

    /// <summary>The schedule that is asked for; null if none is, or if a rule is broken, which is noted.</summary>
    public static TaskSchedule? Validate(IScheduleRequest request, DateTimeOffset now, FieldPath path, FieldErrors errors)
    {
        if (request is { DelaySeconds: null, Delay: null, DueAt: null })
            return null;
        if (OnlyOne(request, path, errors) is false)
            return null;
        if (request.DelaySeconds is { } seconds)
            return FromSeconds(seconds, path, errors);
        return request.Delay is { } delay ? FromDuration(delay, path, errors) : FromInstant(request.DueAt!, now, path, errors);
    }

    private static bool OnlyOne(IScheduleRequest request, FieldPath path, FieldErrors errors)
    {
        const string Rule = "must stand alone: give at most one of delaySeconds, delay and dueAt.";
        var (seconds, delay, dueAt) = (request.DelaySeconds is not null, request.Delay is not null, request.DueAt is not null);
        if (seconds ^ delay ^ dueAt && !(seconds && delay && dueAt))
            return true;
        if (seconds)
            errors.Add(path, "delaySeconds", Rule);
        if (delay)
            errors.Add(path, "delay", Rule);
        if (dueAt)
            errors.Add(path, "dueAt", Rule);
        return false;
    }

    private static TaskSchedule? FromSeconds(double seconds, FieldPath path, FieldErrors errors)
    {
        // Adding 0 makes -0, which would be shown as such, a 0.
        if (FieldRules.DelaySeconds.Allows(seconds))
            return new(seconds + 0.0);
        errors.Add(path, "delaySeconds", FieldRules.DelaySeconds.Fault);
        return null;
    }

    private static TaskSchedule? FromDuration(string delay, FieldPath path, FieldErrors errors)
    {
        if (!IsoDuration.TryParse(delay, out var seconds))
            errors.Add(path, "delay", "must be an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as PT1M30S; only the last part may have a fraction.");
        else if (seconds > FieldRules.DelaySeconds.Most)
            errors.Add(path, "delay", string.Create(CultureInfo.InvariantCulture, $"must be at most {FieldRules.DelaySeconds.Most} seconds, {_longest.TotalDays} days."));
        else
            return new((double)seconds);
        return null;
    }

    private static TaskSchedule? FromInstant(string dueAt, DateTimeOffset now, FieldPath path, FieldErrors errors)
    {
        if (!Rfc3339.TryParse(dueAt, out var instant))
            errors.Add(path, "dueAt", "must be an RFC 3339 instant with its offset, such as 2030-01-31T12:00:00Z.");
        else if (instant - now > _longest)
            errors.Add(path, "dueAt", string.Create(CultureInfo.InvariantCulture, $"must be at most {_longest.TotalDays} days ahead."));
        else
            return new(0, instant);
        return null;
    }
}
