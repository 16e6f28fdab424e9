using TaskApi.Engine.Model;

namespace TaskApi.Engine.Work;

/// <summary>What the options of a task that a handler creates may be.</summary>
internal static class ChildTaskRules
{
    private const int MaxText = 128;
    private static readonly TimeSpan _least = TimeSpan.FromTicks(1);
    private static readonly TimeSpan _day = TimeSpan.FromDays(1);
    private static readonly TimeSpan _year = TimeSpan.FromDays(365);

    /// <summary>Checks them.</summary>
    /// <exception cref="ArgumentException">One of them is not what it may be; the message names it.</exception>
    public static void Check(ChildTaskOptions options)
    {
        if ((FaultOf(options) ?? FaultOf(options.Retry)) is { } fault)
            throw new ArgumentException(fault, nameof(options));
    }

    private static string? FaultOf(ChildTaskOptions options) => options switch
    {
        { Delay: not null, DueAt: not null } => "Delay and DueAt can't be given together.",
        { Delay: { } delay } when !IsIn(delay, TimeSpan.Zero, _year) => "Delay must be from 0 to 365 days.",
        { Name: var name } when !IsText(name) => "Name must have 1 to 128 characters.",
        { Group: var group } when !IsLabel(group) => "Group " + TaskLabel.Rule,
        { Queue: var queue } when !IsLabel(queue) => "Queue " + TaskLabel.Rule,
        { Priority: < -100 or > 100 } => "Priority must be from -100 to 100.",
        { Key: var key } when !IsLabel(key) => "Key " + TaskLabel.Rule,
        { Timeout: { } timeout } when !IsIn(timeout, _least, _year) => "Timeout must be above 0, and up to 365 days.",
        { AttemptTimeout: { } timeout } when !IsIn(timeout, _least, _year) => "AttemptTimeout must be above 0, and up to 365 days.",
        _ => null,
    };

    private static string? FaultOf(TaskRetry? retry) => retry switch
    {
        null => null,
        { MaxAttempts: < 1 or > 1000 } => "Retry.MaxAttempts must be from 1 to 1,000.",
        { MaxLosses: < 0 or > 1000 } => "Retry.MaxLosses must be from 0 to 1,000.",
        { Initial: var initial } when !IsIn(initial, TimeSpan.Zero, _day) => "Retry.Initial must be from 0 to 1 day.",
        { Factor: not (>= 1 and <= 100) } => "Retry.Factor must be from 1 to 100.",
        { Max: var max } when !IsIn(max, TimeSpan.Zero, _day) => "Retry.Max must be from 0 to 1 day.",
        { Jitter: not (>= 0 and <= 1) } => "Retry.Jitter must be from 0 to 1.",
        { MaxElapsed: { } elapsed } when !IsIn(elapsed, TimeSpan.Zero, _year) => "Retry.MaxElapsed must be from 0 to 365 days.",
        _ => null,
    };

    private static bool IsIn(TimeSpan time, TimeSpan least, TimeSpan most) => time >= least && time <= most;

    private static bool IsText(string? text) => text is null || text.Length is >= 1 and <= MaxText;

    private static bool IsLabel(string? text) => text is null || TaskLabel.IsWellFormed(text);
}
