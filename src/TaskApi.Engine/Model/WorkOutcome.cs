using TaskApi.Engine.Time;
using TaskApi.Handlers;

namespace TaskApi.Engine.Model;

/// <summary>How an attempt ended, as whoever ran it says.</summary>
internal enum WorkOutcomeKind
{
    /// <summary>The coroutine returned.</summary>
    Result,

    /// <summary>It raised.</summary>
    Error,

    /// <summary>It ended because it was told to.</summary>
    Cancelled,

    /// <summary>It is given back, to be begun again.</summary>
    Release,

    /// <summary>It is given back as if it had never been started. By handlers of the service's own alone.</summary>
    Defer,

    /// <summary>It goes on without this process, until somebody tells another outcome, or its time is over. By handlers of the service's own alone.</summary>
    Keep,
}

/// <summary>How one attempt ended. Made by its constructors, each named after what happened.</summary>
/// <param name="Token">Which attempt.</param>
/// <param name="Kind">How.</param>
/// <param name="Result">The result: one JSON value in UTF-8, which nobody changes from now on; <see cref="WorkOutcomeKind.Result"/> only.</param>
/// <param name="Error">The error; <see cref="WorkOutcomeKind.Error"/> only.</param>
/// <param name="Retry">False: no further attempt.</param>
/// <param name="DelaySeconds">Of a release or a deferral: 0 to 31,536,000. Of an error: the least before it is begun again.</param>
internal readonly record struct WorkOutcome(
    LeaseToken Token, WorkOutcomeKind Kind, ReadOnlyMemory<byte> Result = default, TaskError? Error = null, bool Retry = true, double DelaySeconds = 0)
{
    private static readonly byte[] _null = "null"u8.ToArray();

    /// <summary>The longest <see cref="TaskError.Reason"/> of an attempt's error, in characters; what is longer is cut.</summary>
    public const int MaxReason = HandlerOutcome.MaxReason;

    /// <summary>The same of <see cref="TaskError.Detail"/>.</summary>
    public const int MaxDetail = HandlerOutcome.MaxDetail;

    /// <summary>The coroutine returned this: one JSON value in UTF-8, which nobody changes from now on.</summary>
    public static WorkOutcome Returned(LeaseToken token, ReadOnlyMemory<byte> result) => new(token, WorkOutcomeKind.Result, result);

    /// <summary>The coroutine raised. Texts that are too long are cut.</summary>
    public static WorkOutcome Raised(LeaseToken token, string reason, string? detail, bool retry = true) =>
        new(token, WorkOutcomeKind.Error, Error: new TaskError(TextRule.Cut(reason, MaxReason), TextRule.Cut(detail, MaxDetail)), Retry: retry);

    /// <summary>The coroutine ended because it was told to.</summary>
    public static WorkOutcome Ended(LeaseToken token) => new(token, WorkOutcomeKind.Cancelled);

    /// <summary>It is given back, to be begun again after so many seconds.</summary>
    public static WorkOutcome Released(LeaseToken token, double delaySeconds = 0) => new(token, WorkOutcomeKind.Release, DelaySeconds: delaySeconds);

    /// <summary>What the end of a handler means for the task.</summary>
    public static WorkOutcome Of(LeaseToken token, in HandlerOutcome outcome) => outcome.Kind switch
    {
        HandlerOutcomeKind.Returned => Returned(token, outcome.Result),
        HandlerOutcomeKind.Raised => new(token, WorkOutcomeKind.Error, Error: outcome.Error, Retry: outcome.Retry, DelaySeconds: outcome.DelaySeconds),
        HandlerOutcomeKind.Cancelled => Ended(token),
        HandlerOutcomeKind.Deferred => new(token, WorkOutcomeKind.Defer, DelaySeconds: outcome.DelaySeconds),
        HandlerOutcomeKind.Kept => new(token, WorkOutcomeKind.Keep),
        _ => Released(token, outcome.DelaySeconds),
    };

    /// <summary>The same with the value <c>null</c> for a result that there isn't.</summary>
    public WorkOutcome WithResult() => Kind == WorkOutcomeKind.Result && Result.IsEmpty ? this with { Result = _null } : this;

    /// <summary>What it asks of the task.</summary>
    public TaskCommand ToCommand() => Kind switch
    {
        WorkOutcomeKind.Result => TaskCommand.Succeed(),
        WorkOutcomeKind.Error => TaskCommand.Fail(Error!, Random.Shared.NextDouble(), Retry, Delay),
        WorkOutcomeKind.Cancelled => TaskCommand.AcknowledgeCancel(Random.Shared.NextDouble()),
        WorkOutcomeKind.Defer => TaskCommand.Return(Delay),
        _ => TaskCommand.Release(Delay),
    };

    private long Delay => (long)EngineClock.ToTime(DelaySeconds).TotalMilliseconds;
}
