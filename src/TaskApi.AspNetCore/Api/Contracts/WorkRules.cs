using System.Globalization;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for what only tasks with a type have, whether in a body or in a query. Each notes what is broken, under the field's name.</summary>
internal static class WorkRules
{
    public const int MaxPriority = 100;
    public const int MaxAttempts = 1000;
    public const int MaxFactor = 100;
    public const int MaxRetrySeconds = 86_400;

    /// <summary>A letter, then up to 127 of the characters that a type may have; not <c>message</c>.</summary>
    public static bool CheckType(string type, FieldPath path, FieldErrors errors)
    {
        if (!WorkTypes.IsWellFormed(type))
            errors.Add(path, "type", "must begin with a letter and have at most 128 of the characters A-Z a-z 0-9 . _ -");
        else if (type == WorkTypes.Message)
            errors.Add(path, "type", "must not be message: leave it out, and give the message itself.");
        else
            return true;
        return false;
    }

    /// <summary>At most so many bytes.</summary>
    public static void CheckInput(RawJson? input, int maxBytes, FieldPath path, FieldErrors errors)
    {
        if (input?.Utf8.Length > maxBytes)
            errors.Add(path, "input", string.Create(CultureInfo.InvariantCulture, $"must have at most {maxBytes} bytes, white space not counted."));
    }

    /// <summary>-100 to 100.</summary>
    public static void CheckPriority(int? priority, FieldPath path, FieldErrors errors) => CheckRange(priority, -MaxPriority, MaxPriority, "priority", path, errors);

    /// <summary>Above 0, up to a year.</summary>
    public static void CheckSeconds(double? seconds, string field, FieldPath path, FieldErrors errors)
    {
        if (seconds is { } given && !(given > 0 && given <= ScheduleValidation.MaxSeconds))
            errors.Add(path, field, string.Create(CultureInfo.InvariantCulture, $"must be above 0 and at most {ScheduleValidation.MaxSeconds}."));
    }

    /// <summary>The policy that is asked for, completed by the defaults.</summary>
    public static RetryPolicy ReadRetry(RetryRequest? request, FieldPath path, FieldErrors errors)
    {
        var usual = RetryPolicy.Default;
        if (request is null)
            return usual;
        CheckRange(request.MaxAttempts, 1, MaxAttempts, "retry.maxAttempts", path, errors);
        CheckRange(request.MaxLosses, 0, MaxAttempts, "retry.maxLosses", path, errors);
        CheckRange(request.InitialSeconds, 0, MaxRetrySeconds, "retry.initialSeconds", path, errors);
        CheckRange(request.Factor, 1, MaxFactor, "retry.factor", path, errors);
        CheckRange(request.MaxSeconds, 0, MaxRetrySeconds, "retry.maxSeconds", path, errors);
        CheckRange(request.Jitter, 0, 1, "retry.jitter", path, errors);
        CheckRange(request.MaxElapsedSeconds, 0, ScheduleValidation.MaxSeconds, "retry.maxElapsedSeconds", path, errors);
        return new RetryPolicy
        {
            MaxAttempts = request.MaxAttempts ?? usual.MaxAttempts,
            MaxLosses = request.MaxLosses ?? usual.MaxLosses,
            // Adding 0 makes -0, which would be shown as such, a 0.
            InitialSeconds = (request.InitialSeconds ?? usual.InitialSeconds) + 0.0,
            Factor = request.Factor ?? usual.Factor,
            MaxSeconds = (request.MaxSeconds ?? usual.MaxSeconds) + 0.0,
            Jitter = (request.Jitter ?? usual.Jitter) + 0.0,
            MaxElapsedSeconds = request.MaxElapsedSeconds + 0.0,
        };
    }

    /// <summary>Null, or a number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static void CheckRange(double? number, int least, int most, string field, FieldPath path, FieldErrors errors)
    {
        if (number is { } given && !(given >= least && given <= most))
            errors.Add(path, field, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {most}."));
    }
}
