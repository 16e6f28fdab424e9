namespace TaskApi;

/// <summary>Why a task ended without a result.</summary>
/// <param name="Reason"><see cref="Cancelled"/>, <see cref="Timeout"/>, <see cref="Shutdown"/>, <see cref="Forgotten"/>, <see cref="Lost"/>, <see cref="AttemptTimeout"/>, <see cref="WorkerLost"/>, <see cref="Dependency"/>, or the type of the exception.</param>
/// <param name="Detail">What the canceller or the exception said, or null.</param>
public sealed record TaskError(string Reason, string? Detail)
{
    /// <summary>A client cancelled it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It was not done when its timeout, or that of the gather or wait that owned it, ran out.</summary>
    public const string Timeout = "timeout";

    /// <summary>The service stopped before it came due.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>It has ended, and been forgotten before those who waited for it could be told how.</summary>
    public const string Forgotten = "forgotten";

    /// <summary>The storage has gone back to a state in which it isn't there.</summary>
    public const string Lost = "lost";

    /// <summary>An attempt took longer than it may.</summary>
    public const string AttemptTimeout = "attempt-timeout";

    /// <summary>Whoever ran it was gone, once too often.</summary>
    public const string WorkerLost = "worker-lost";

    /// <summary>A task on whose success it relied ended without.</summary>
    public const string Dependency = "dependency";

    /// <summary>The coroutine says that it was cancelled, and nobody had asked for that.</summary>
    public const string CancelledError = "CancelledError";
}
