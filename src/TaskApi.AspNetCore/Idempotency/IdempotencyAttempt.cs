using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>
/// An attempt of a call with a key. A handler finds the one it serves by <see cref="Of"/>, and notes what the storage says of it. At most one
/// attempt of a call is under way in this process.
/// </summary>
internal sealed class IdempotencyAttempt(IdempotencyKey key)
{
    /// <summary>Which call it is.</summary>
    public IdempotencyKey Key => key;

    /// <summary>The tasks had been created before this attempt.</summary>
    public bool IsRepeat { get; set; }

    /// <summary>The call waits for what it created, or did at first: its answer is more than the tasks as they were created.</summary>
    public bool Waits { get; set; }

    /// <summary>When there is room for another key; null unless there was none.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>False while it is being found out whether the key came with another body. Guarded by <see cref="IdempotencyAttempts"/>, as is all below.</summary>
    public bool IsChecked { get; set; }

    /// <summary>Completes when the attempt is over; made when somebody waits for that.</summary>
    public TaskCompletionSource? Ended { get; set; }

    /// <summary>The attempt that <paramref name="context"/> is, or null if it came without a key.</summary>
    public static IdempotencyAttempt? Of(HttpContext context) =>
        context.Request.Headers.ContainsKey(IdempotencyKeyHeader.Name) ? context.Features.Get<IdempotencyAttempt>() : null;
}
