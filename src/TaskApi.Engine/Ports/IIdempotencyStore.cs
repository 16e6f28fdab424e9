using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// Calls that came with an <c>Idempotency-Key</c>, kept with the tasks they created: each takes effect once, however often it is made, until
/// <see cref="IdempotencyOptions.IdempotencyRetention"/> after its answer. Thread-safe.
/// </summary>
internal interface IIdempotencyStore
{
    /// <summary>What is kept of a call; null if nothing is, or not any more.</summary>
    /// <exception cref="StorageUnavailableException">It can't be read now.</exception>
    ValueTask<IdempotencyRecord?> FindAsync(Digest call, CancellationToken cancellationToken);

    /// <summary>
    /// Creates all of the tasks or none, and keeps in the same step the call that asked for them. If it is kept already, nothing is created, and
    /// the answer is the tasks as they were created then.
    /// </summary>
    /// <param name="owner">The caller; empty where there are no API keys.</param>
    /// <param name="key">Which call it is, and with which body.</param>
    /// <param name="tasks">What to create: what the body says, each time the same.</param>
    /// <param name="watch">True if the call waits, so that its answer is more than the tasks as created. Gets the completions to await with them.</param>
    /// <param name="cancellationToken">Given up before the creation, nothing is created.</param>
    ValueTask<CreateOnceAnswer> CreateOnceAsync(string owner, IdempotencyKey key, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken);

    /// <summary>
    /// Creates a task and keeps, in the same step, the answer to the call: for one that doesn't say by itself what it creates. If it is kept
    /// already, nothing is created.
    /// </summary>
    /// <param name="owner"><inheritdoc cref="CreateOnceAsync(string, IdempotencyKey, IReadOnlyList{TaskSpec}, bool, CancellationToken)" path="/param[@name='owner']"/></param>
    /// <param name="key"><inheritdoc cref="CreateOnceAsync(string, IdempotencyKey, IReadOnlyList{TaskSpec}, bool, CancellationToken)" path="/param[@name='key']"/></param>
    /// <param name="task">What to create, as it is to be now.</param>
    /// <param name="answer">Writes the answer. It must be quick.</param>
    /// <param name="cancellationToken">Given up before, nothing is created.</param>
    ValueTask<OnceAnswer> CreateOnceAsync(string owner, IdempotencyKey key, TaskSpec task, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken);

    /// <summary>The same as <see cref="IWorkHistory.RerunAsync"/>, once: the answer to the call is kept in the same step.</summary>
    ValueTask<OnceAnswer> RerunOnceAsync(string owner, IdempotencyKey key, Guid id, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken);

    /// <summary>
    /// The same as <see cref="IWorkHistory.RerunManyAsync"/>, once. Broken off in the middle, the repeated call goes on from there, with what was created
    /// before it began and has that state by then; its answer counts all.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It has begun, and can't go on now.</exception>
    ValueTask<OnceAnswer> RerunManyOnceAsync(string owner, IdempotencyKey key, RerunQuery query, Func<long, byte[]> answer, CancellationToken cancellationToken);

    /// <summary>Keeps the answer to a call that waited, unless there is one already; answers the one that is kept.</summary>
    /// <exception cref="StorageUnavailableException">It can't be kept now.</exception>
    ValueTask<byte[]> KeepAnswerAsync(Digest call, byte[] answer, CancellationToken cancellationToken);
}
