using Microsoft.Extensions.Options;
using TaskApi.Engine.Work;
using TaskApi.Handlers;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Runs tasks of type <c>http</c>: calls a URL, and says what the answer means. Thread-safe.</summary>
/// <param name="options">How many at once.</param>
/// <param name="gate">Lets them.</param>
/// <param name="client">Sends requests.</param>
/// <param name="requests">Makes them.</param>
/// <param name="metrics">Counts them.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class DeliveryHandler(
    IOptions<DeliveryOptions> options, DeliveryGate gate, DeliveryClient client, DeliveryRequest requests, DeliveryMetrics metrics, TimeProvider timeProvider)
    : BuiltInHandler(WorkTypes.Http, options.Value.MaxConcurrent + DeliveryGate.Room)
{
    /// <inheritdoc/>
    public override async ValueTask<HandlerOutcome> RunAsync(HandlerAttempt attempt)
    {
        var outcome = await DeliverAsync((LeasedAttempt)attempt);
        metrics.Count(outcome);
        return outcome;
    }

    private async ValueTask<HandlerOutcome> DeliverAsync(LeasedAttempt attempt)
    {
        // It was checked at the creation; a change of the input may have come by another way.
        if (HttpCall.Read(attempt.Input, out var fault) is not { } call)
            return HandlerOutcome.Raised(AttemptEnd.InvalidInput, $"The input's {fault.Field} {fault.Rule}", retry: false);
        var host = $"{call.Url.IdnHost}:{call.Url.Port}";
        var delay = await gate.EnterAsync(host, attempt.CancellationToken);
        if (Told(attempt) is { } told)
        {
            if (delay is null)
                gate.Leave(host, TimeSpan.Zero);
            return told;
        }

        if (delay is { } later)
            return HandlerOutcome.Deferred(later);
        var began = timeProvider.GetTimestamp();
        try
        {
            return await CallAsync(call, attempt);
        }
        finally
        {
            gate.Leave(host, timeProvider.GetElapsedTime(began));
        }
    }

    private async ValueTask<HandlerOutcome> CallAsync(HttpCall call, LeasedAttempt attempt)
    {
        // Both owned by the call.
        using var timeout = new CancellationTokenSource(call.Timeout, timeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, attempt.CancellationToken);
        try
        {
            using var request = requests.Make(call, attempt);
            using var response = await client.SendAsync(request, ended.Token);
            return await DeliveryAnswer.ReadAsync(response, attempt, timeProvider.GetUtcNow(), ended.Token);
        }
        catch (Exception exception)
        {
            if (Told(attempt) is { } told)
                return told;
            if (timeout.IsCancellationRequested)
                return HandlerOutcome.Raised(DeliveryReasons.Timeout, FormattableString.Invariant($"There was no answer within {call.Timeout.TotalSeconds} s."));
            if (exception is OperationCanceledException)
                return HandlerOutcome.Raised(DeliveryReasons.Timeout, FormattableString.Invariant($"No connection was made within {DeliveryConnections.Patience.TotalSeconds} s."));
            if (DeliveryReasons.Of(exception) is { } outcome)
                return outcome;
            throw;
        }
    }

    // Whose outcome it is by then; null if nobody has told it to end.
    private static HandlerOutcome? Told(LeasedAttempt attempt) => attempt.Signals switch
    {
        AttemptSignals.None => null,
        var told when (told & (AttemptSignals.CancelRequested | AttemptSignals.Lost)) != AttemptSignals.None => HandlerOutcome.Cancelled,
        _ => HandlerOutcome.Released,
    };
}
