using System.Diagnostics;

namespace TaskApi.Handlers;

/// <summary>A span for each attempt, in the trace of the call that created the task and linked to that call; only where somebody records it.</summary>
internal static class AttemptTracing
{
    private static readonly ActivitySource _source = new("TaskApi");

    /// <summary>Begins one; null if nobody records it.</summary>
    public static Activity? Start(HandlerAttempt attempt)
    {
        if (!_source.HasListeners())
            return null;
        var hasCreator = ActivityContext.TryParse(attempt.TraceParent, traceState: null, isRemote: true, out var creator);
        var activity = _source.StartActivity($"run {attempt.Type}", ActivityKind.Consumer, creator, tags: null, hasCreator ? [new ActivityLink(creator)] : null);
        return activity?.SetTag("taskapi.task.id", attempt.Id.ToString()).SetTag("taskapi.task.type", attempt.Type).SetTag("taskapi.task.attempt", attempt.Attempt);
    }

    /// <summary>Says how it ended.</summary>
    public static void End(Activity? activity, in HandlerOutcome outcome)
    {
        if (activity is null)
            return;
        activity.SetTag("taskapi.task.outcome", NameOf(outcome.Kind));
        if (outcome.Error is { } error)
            activity.SetTag("error.type", error.Reason).SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>An outcome as spans and metrics have it.</summary>
    public static string NameOf(HandlerOutcomeKind kind) => kind switch
    {
        HandlerOutcomeKind.Returned => "completed",
        HandlerOutcomeKind.Raised => "failed",
        HandlerOutcomeKind.Cancelled => "cancelled",
        HandlerOutcomeKind.Deferred => "deferred",
        HandlerOutcomeKind.Kept => "kept",
        _ => "released",
    };
}
