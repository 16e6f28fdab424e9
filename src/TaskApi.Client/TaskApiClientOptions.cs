namespace TaskApi.Client;

/// <summary>How a <see cref="TaskApiClient"/> calls.</summary>
public sealed class TaskApiClientOptions
{
    /// <summary>The key to call with, or null if the service asks for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>How long an answer may take, beyond the wait that was asked for, before the call counts as lost. Default: 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one call waits for tasks; a longer wait is made of several. Shorter than what any proxy in between puts up with.
    /// Default: 30 seconds.
    /// </summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a call is repeated that has been lost, or refused for a moment (429, 502, 503, 504). Only what does no harm when it
    /// arrives twice is repeated: calls that change nothing, and creations, which carry an <c>Idempotency-Key</c>. Default: 5.
    /// </summary>
    public int Retries { get; set; } = 5;

    /// <summary>The pause before the first repetition; each further one is twice as long. <c>Retry-After</c> goes before it. Default: 200 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause, whatever <c>Retry-After</c> says. Default: 10 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of the pauses and timeouts. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
