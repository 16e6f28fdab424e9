using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api;

/// <summary>The problems that stand for a registry's refusals.</summary>
internal static class RegistryProblems
{
    // Room comes as tasks finish, which at ten million of them is all the time.
    private const int CapacityRetrySeconds = 1;

    // They expire one by one, hours after their calls.
    private const int KeysRetrySeconds = 60;

    // Somebody has to make room first, and then it is there at once.
    private const int StorageRetrySeconds = 2;

    // By then a restart, or whoever takes over behind the same address, should be there.
    private const int ShutdownRetrySeconds = 5;

    /// <summary>The id is unknown, forgotten, malformed, or another caller's.</summary>
    public static ProblemResult TaskNotFound() =>
        new(ProblemTypes.TaskNotFound, "No task has this id: it is malformed, was never given out, or its task has been forgotten.");

    /// <summary>The task isn't, or isn't any more, as If-Match or If-None-Match wants it.</summary>
    public static ProblemResult ConditionFailed() =>
        new(ProblemTypes.PreconditionFailed, "Nothing was changed: the task's ETag is not what If-Match or If-None-Match wants. Look at the task again, and decide anew.");

    /// <summary>The service is stopping.</summary>
    public static ProblemResult ShuttingDown() =>
        new(ProblemTypes.ShuttingDown, "The service is stopping: it takes no new tasks and ends every wait.") { RetryAfterSeconds = ShutdownRetrySeconds };

    /// <summary>The storage can't be used now.</summary>
    public static ProblemResult StorageUnavailable() =>
        new(ProblemTypes.StorageUnavailable, "The tasks are safe, but nothing can be changed now; try again later.") { RetryAfterSeconds = StorageRetrySeconds };

    /// <summary>The storage broke off in the middle of a change.</summary>
    public static ProblemResult OutcomeUnknown() =>
        new(ProblemTypes.StorageUnavailable, "The database broke off while the change was being written: it may have been made, or not. Look, or make the call again; a creation with the same Idempotency-Key is made once.") { RetryAfterSeconds = StorageRetrySeconds };

    /// <summary>The idempotency key came with another body before.</summary>
    public static ProblemResult KeyReused() =>
        new(ProblemTypes.IdempotencyKeyReused, "This Idempotency-Key came with another body before; use a new key for a new call.");

    /// <summary>As many idempotency keys are remembered as there may be.</summary>
    /// <param name="retryAfterSeconds">When one expires, if that is known.</param>
    public static ProblemResult KeysFull(int retryAfterSeconds = KeysRetrySeconds) =>
        new(ProblemTypes.CapacityReached, "No more idempotency keys can be remembered at present; without a key, or when the oldest has expired, the call can be made.") { RetryAfterSeconds = retryAfterSeconds };

    /// <summary>The problem for a status other than <see cref="RegistryStatus.Ok"/>.</summary>
    public static ProblemResult ToProblem(this RegistryStatus status) => status switch
    {
        RegistryStatus.NotFound => TaskNotFound(),
        RegistryStatus.AlreadyFinished => new(ProblemTypes.TaskAlreadyFinished, "The task is done; its final state does not change any more."),
        RegistryStatus.ConditionFailed => ConditionFailed(),
        RegistryStatus.CapacityReached => new(ProblemTypes.CapacityReached, "No more tasks can be pending at once; try again when some have finished.") { RetryAfterSeconds = CapacityRetrySeconds },
        RegistryStatus.KeysFull => KeysFull(),
        RegistryStatus.KeyReused => KeyReused(),
        RegistryStatus.ShuttingDown => ShuttingDown(),
        RegistryStatus.StorageUnavailable => StorageUnavailable(),
        RegistryStatus.OutcomeUnknown => OutcomeUnknown(),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a refusal."),
    };
}
