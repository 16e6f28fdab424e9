using System.Diagnostics;

namespace TaskApi.Handlers;

/// <summary>
/// What becomes of an attempt from its start to its outcome, a step after the other: see whether it is still wanted, bind the input, find the
/// handler, run it, say what its end means, record that. Each step's outcome is a value; none throws. Thread-safe.
/// </summary>
/// <param name="scopes">Makes a scope for each attempt.</param>
/// <param name="outcomes">Is told how they ended.</param>
/// <param name="logger">The log.</param>
internal sealed class AttemptPipeline(IServiceScopeFactory scopes, IAttemptOutcomes outcomes, ILogger logger)
{
    /// <summary>Runs one attempt. Returns, as handlers do, when it has to wait.</summary>
    public async Task RunAsync(HandlerAttempt attempt)
    {
        var outcome = OutcomeBeforeStart(attempt) ?? await RunWatchedAsync(attempt);
        attempt.TryNote(AttemptSignals.Ended);
        outcomes.Add(attempt, outcome);
    }

    // As in asyncio: what is cancelled before it begins never runs.
    private static HandlerOutcome? OutcomeBeforeStart(HandlerAttempt attempt) => attempt.Signals switch
    {
        AttemptSignals.None => null,
        var told when told.HasFlag(AttemptSignals.CancelRequested) => HandlerOutcome.Cancelled,
        _ => HandlerOutcome.Released,
    };

    private async ValueTask<HandlerOutcome> RunWatchedAsync(HandlerAttempt attempt)
    {
        HandlerOutcome? outcome = null;
        try
        {
            using var activity = AttemptTracing.Start(attempt);
            using var scope = logger.IsEnabled(LogLevel.Critical) ? logger.BeginScope(new AttemptScope(attempt.Id, attempt.Type, attempt.Attempt)) : null;
            outcome = Note(attempt, await RunHandlerAsync(attempt));
            AttemptTracing.End(activity, outcome.Value);
        }
        catch (Exception exception)
        {
            // Whoever listens to spans, or keeps the log's scopes, changes nothing of an outcome that is there.
            outcome ??= Note(attempt, AttemptEnd.Raised(exception));
        }

        return outcome.Value;
    }

    private static HandlerOutcome Note(HandlerAttempt attempt, in AttemptEnd end)
    {
        attempt.Exception = end.Exception;
        return end.ToOutcome(attempt.Signals);
    }

    private async ValueTask<AttemptEnd> RunHandlerAsync(HandlerAttempt attempt)
    {
        try
        {
            var handler = attempt.Handler;
            if (handler is BuiltInHandler own)
                return AttemptEnd.As(await own.RunAsync(attempt));
            var input = handler.Bind(attempt.Input);
            if (input.Fault is not null)
                return AttemptEnd.BadInput(input.Fault);
            if (!handler.NeedsScope)
                return AttemptEnd.Returned(await handler.RunAsync(instance: null, input.Value, NoServices.Instance, attempt, attempt.CancellationToken));
            await using var scope = scopes.CreateAsyncScope();
            var instance = handler.Resolve(scope.ServiceProvider);
            return AttemptEnd.Returned(await handler.RunAsync(instance, input.Value, scope.ServiceProvider, attempt, attempt.CancellationToken));
        }
        catch (Exception exception)
        {
            // Whatever it is: an attempt that has begun ends, and who waits for the task is told.
            return AttemptEnd.Raised(exception);
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => throw new UnreachableException();
    }
}
