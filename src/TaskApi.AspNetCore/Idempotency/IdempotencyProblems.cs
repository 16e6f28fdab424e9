using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>The problems of idempotency keys.</summary>
internal static class IdempotencyProblems
{
    // They expire one by one, hours after their calls.
    private const int FullRetrySeconds = 60;

    /// <summary>The kind of problem that a key is which came with another body.</summary>
    public static readonly ProblemType KeyReusedType = new("idempotency-key-reused", "The idempotency key was used for another call.", StatusCodes.Status422UnprocessableEntity);

    /// <summary>The key came with another body before.</summary>
    public static ProblemResult KeyReused() => new(KeyReusedType, "This Idempotency-Key came with another body before; use a new key for a new call.");

    /// <summary>As many keys are remembered as there may be.</summary>
    /// <param name="retryAfterSeconds">When one expires, if that is known.</param>
    public static ProblemResult KeysFull(int retryAfterSeconds = FullRetrySeconds) =>
        new(ProblemTypes.CapacityReached, "No more idempotency keys can be remembered at present; without a key, or when the oldest has expired, the call can be made.") { RetryAfterSeconds = retryAfterSeconds };
}
