namespace TaskApi.Handlers;

/// <summary>What the end of an attempt means for its task.</summary>
internal enum HandlerOutcomeKind
{
    /// <summary>The handler returned.</summary>
    Returned,

    /// <summary>It threw.</summary>
    Raised,

    /// <summary>It ended because it was told to.</summary>
    Cancelled,

    /// <summary>It is given back, to be begun again.</summary>
    Released,

    /// <summary>It is given back as if it had never been started: there is no room for it now.</summary>
    Deferred,

    /// <summary>It goes on elsewhere, and its end will be told from there.</summary>
    Kept,
}

/// <summary>What the end of an attempt means for its task. Made by its constructors, each named after what happened.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Result">One JSON value in UTF-8, which nobody changes from now on; <see cref="HandlerOutcomeKind.Returned"/> only.</param>
/// <param name="Error">The error; <see cref="HandlerOutcomeKind.Raised"/> only.</param>
/// <param name="Retry">False: no further attempt.</param>
/// <param name="DelaySeconds">Of a release or a deferral: it is due again after so long. Of an error: not before.</param>
internal readonly record struct HandlerOutcome(HandlerOutcomeKind Kind, ReadOnlyMemory<byte> Result = default, TaskError? Error = null, bool Retry = true, double DelaySeconds = 0)
{
    /// <summary>The longest <see cref="TaskError.Reason"/> of an attempt's error, in characters; what is longer is cut.</summary>
    public const int MaxReason = 128;

    /// <summary>The same of <see cref="TaskError.Detail"/>.</summary>
    public const int MaxDetail = 4096;

    /// <summary>It ended because it was told to.</summary>
    public static readonly HandlerOutcome Cancelled = new(HandlerOutcomeKind.Cancelled);

    /// <summary>It is given back, to be begun again at once.</summary>
    public static readonly HandlerOutcome Released = new(HandlerOutcomeKind.Released);

    /// <summary>It is given back by a service that stops, to be begun again in a moment: elsewhere, or when there is one again.</summary>
    public static readonly HandlerOutcome Stopped = new(HandlerOutcomeKind.Released, DelaySeconds: 1);

    /// <summary>It goes on elsewhere.</summary>
    public static readonly HandlerOutcome Kept = new(HandlerOutcomeKind.Kept);

    /// <summary>There is no room for it: it is due again after so long.</summary>
    public static HandlerOutcome Deferred(TimeSpan delay) => new(HandlerOutcomeKind.Deferred, DelaySeconds: delay.TotalSeconds);

    /// <summary>The handler returned this.</summary>
    public static HandlerOutcome Returned(ReadOnlyMemory<byte> result) => new(HandlerOutcomeKind.Returned, result);

    /// <summary>The handler threw. Texts that are too long are cut.</summary>
    public static HandlerOutcome Raised(string reason, string? detail, bool retry = true, double delaySeconds = 0) =>
        new(HandlerOutcomeKind.Raised, Error: new TaskError(TextRule.Cut(reason, MaxReason), TextRule.Cut(detail, MaxDetail)), Retry: retry, DelaySeconds: delaySeconds);
}
