using TaskApi.Engine.Model;

namespace TaskApi.Engine.Work;

/// <summary>What the options of a task that a handler creates may be: the same as over HTTP, by the same rules.</summary>
internal static class ChildTaskRules
{
    private static readonly TimeSpan _farthest = TimeSpan.FromSeconds(FieldRules.DelaySeconds.Most);

    /// <summary>Checks them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="now">By the clock that due times are judged by.</param>
    /// <exception cref="ArgumentException">One of them is not what it may be; the message names it.</exception>
    public static void Check(NewTaskOptions options, DateTimeOffset now)
    {
        if ((FaultOf(options, now) ?? FaultOf(options.Retry) ?? FaultOf(options.Unique)) is { } fault)
            throw new ArgumentException(fault, nameof(options));
    }

    /// <summary>What is called when it is done; null for nothing.</summary>
    /// <exception cref="ArgumentException">Something of it is not what it may be; the message names it.</exception>
    public static CallbackSpec? ReadCallback(NewTaskOptions options, int maxBytes)
    {
        if (options.Callback is not { } callback) return null;
        var target = CallbackTarget.Write(callback.Url, callback.Headers!);
        var ends = callback.On.Count == 0 ? CallbackSpec.AllEnds : CallbackSpec.EndsOf(callback.On);
        if (CallbackTarget.FaultOf(target, maxBytes) is { } fault) throw new ArgumentException($"Callback{(fault.Field.Length == 0 ? "" : ".")}{fault.Field} {fault.Rule}", nameof(options));
        if (ends == 0) throw new ArgumentException("Callback.On must have final states alone.", nameof(options));
        return new CallbackSpec(target, ends);
    }

    private static string? FaultOf(NewTaskOptions options, DateTimeOffset now)
    {
        if (options is { Delay: not null, DueAt: not null }) return "Delay and DueAt can't be given together.";
        if (options.DueAt - now > _farthest) return FormattableString.Invariant($"DueAt must be at most {_farthest.TotalDays} days ahead.");
        if (options.After.Count > WorkAfter.MostTasks) return FormattableString.Invariant($"After must have at most {WorkAfter.MostTasks} ids.");
        return Check("Delay", FieldRules.DelaySeconds, options.Delay)
            ?? Check("Name", FieldRules.Name, options.Name)
            ?? Check("Group", FieldRules.Label, options.Group)
            ?? Check("Queue", FieldRules.Label, options.Queue)
            ?? Check("Priority", FieldRules.Priority, options.Priority)
            ?? Check("Key", FieldRules.Label, options.Key)
            ?? Check("Timeout", FieldRules.TimeoutSeconds, options.Timeout)
            ?? Check("AttemptTimeout", FieldRules.TimeoutSeconds, options.AttemptTimeout);
    }

    private static string? FaultOf(TaskRetry? retry) => retry is null ? null
        : Check("Retry.MaxAttempts", FieldRules.MaxAttempts, retry.MaxAttempts)
            ?? Check("Retry.MaxLosses", FieldRules.MaxLosses, retry.MaxLosses)
            ?? Check("Retry.Initial", FieldRules.RetrySeconds, retry.Initial)
            ?? Check("Retry.Factor", FieldRules.Factor, retry.Factor)
            ?? Check("Retry.Max", FieldRules.RetrySeconds, retry.Max)
            ?? Check("Retry.Jitter", FieldRules.Jitter, retry.Jitter)
            ?? Check("Retry.MaxElapsed", FieldRules.DelaySeconds, retry.MaxElapsed);

    private static string? FaultOf(TaskUnique? unique) => unique is null ? null
        : Check("Unique.Key", FieldRules.Name, unique.Key ?? "")
            ?? Check("Unique.Scope", unique.Scope)
            ?? Check("Unique.OnConflict", unique.OnConflict);

    private static string? Check<TEnum>(string option, TEnum value)
        where TEnum : struct, Enum => Enum.IsDefined(value) ? null : $"{option} must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.";

    private static string? Check(string option, TextRule rule, string? text) => text is not null && rule.FaultIn(text) is { } fault ? $"{option} {fault}" : null;

    private static string? Check(string option, NumberRule rule, double number) => rule.Allows(number) ? null : $"{option} {rule.Fault}";

    private static string? Check(string option, NumberRule rule, TimeSpan? time) => time is { } given && rule.FaultIn(given) is { } fault ? $"{option} {fault}" : null;
}
