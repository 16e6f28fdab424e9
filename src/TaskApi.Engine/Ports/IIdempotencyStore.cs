using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>What is known of calls that came with an <c>Idempotency-Key</c> and take effect once, however often they are made. Thread-safe.</summary>
internal interface IIdempotencyStore
{
    /// <summary>True if a call that came with a key is kept together with the tasks it created: both outlive this process, and other processes may know it.</summary>
    bool KeepsCalls { get; }

    /// <summary>What is kept of the call with this key; null if nothing is, or not any more (<see cref="IdempotencyOptions.IdempotencyRetention"/>).</summary>
    /// <exception cref="StorageUnavailableException">It can't be read now.</exception>
    ValueTask<KeptCall?> FindCallAsync(Digest key, CancellationToken cancellationToken);

    /// <summary>
    /// Creates all of the tasks or none and, where <see cref="KeepsCalls"/>, keeps in the same step the call that asked for them. If it is kept
    /// already, nothing is created, and the answer is the tasks as they were created then.
    /// </summary>
    /// <param name="owner">The caller; empty where there are no keys.</param>
    /// <param name="call">The call's key and body.</param>
    /// <param name="tasks">What to create: what the body says, each time the same.</param>
    /// <param name="watch">True if the call waits, so that its answer is more than the tasks as created. Gets the completions to await with them.</param>
    /// <param name="cancellationToken">Given up before the creation, nothing is created.</param>
    ValueTask<CallAnswer> CreateOnceAsync(string owner, CallKey call, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken);

    /// <summary>Keeps the answer to a call that waited, unless there is one already; answers the one that is kept.</summary>
    /// <exception cref="StorageUnavailableException">It can't be kept now.</exception>
    ValueTask<byte[]> KeepAnswerAsync(Digest key, byte[] answer, CancellationToken cancellationToken);
}
