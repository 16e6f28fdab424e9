using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// The tasks. Every method is thread-safe. An owner sees only its own tasks: another's answer
/// <see cref="RegistryStatus.NotFound"/>, as if they didn't exist. The empty owner is everybody, where there are no keys.
/// </summary>
/// <remarks>
/// A registry whose storage may fail answers changes with <see cref="RegistryStatus.StorageUnavailable"/>, and throws
/// <see cref="StorageUnavailableException"/> where the answer has no status.
/// </remarks>
internal interface ITaskRegistry
{
    /// <summary>The time by which due times are judged, and of which clients are told: that of the storage, if it has a clock of its own.</summary>
    DateTimeOffset UtcNow { get; }

    /// <summary>The events of all tasks, in order.</summary>
    TaskEventLog Events { get; }

    /// <summary>Begins to read events; whatever happens from now on is among them.</summary>
    /// <param name="after">The last event that the reader has seen; null to begin with the next one.</param>
    /// <param name="cancellationToken">Given up before.</param>
    ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken);

    /// <summary>By how much the registry is behind its clock: how long the pending task that should have completed first is overdue; zero if none is.</summary>
    TimeSpan Overdue { get; }

    /// <summary>Why changes can't be made now, as a sentence; null if they can.</summary>
    string? Fault { get; }

    /// <summary>Creates a task. When this answers <see cref="RegistryStatus.Ok"/> its timer is armed and, where there is storage, it is on disk.</summary>
    /// <param name="owner">The caller; empty where there are no keys.</param>
    /// <param name="task">What to create.</param>
    /// <param name="watch">True to get the completion to await with it.</param>
    /// <param name="cancellationToken">Given up before the creation, nothing is created.</param>
    ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken);

    /// <summary>Creates all of the tasks, or none.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken);

    /// <summary>True if a call that came with a key is kept together with the tasks it created: both outlive this process, and other processes may know it.</summary>
    bool KeepsCalls { get; }

    /// <summary>What is kept of the call with this key; null if nothing is, or not any more (<see cref="IdempotencyOptions.IdempotencyRetention"/>).</summary>
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

    /// <summary>
    /// Cancels a pending task. <see cref="RegistryStatus.Ok"/> with the task, now cancelled, also when it was cancelled already
    /// (with that first cancel's reason); <see cref="RegistryStatus.AlreadyFinished"/> if it completed or failed; else
    /// <see cref="RegistryStatus.ConditionFailed"/> if the task doesn't meet <paramref name="condition"/>, where one is given.
    /// </summary>
    ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels those of the tasks that are pending; answers for each, in the order given, what <see cref="CancelAsync"/> would. A storage
    /// writes a thousand of them at a time.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Not all could be cancelled.</exception>
    ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken);

    /// <summary>Cancels what is pending of a group, or, for null, of the owner; answers how many.</summary>
    ValueTask<long> CancelGroupAsync(string owner, string? group, TaskError error, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a pending task; <see cref="RegistryStatus.AlreadyFinished"/> if it is done, else <see cref="RegistryStatus.ConditionFailed"/>
    /// if it doesn't meet <paramref name="condition"/>, where one is given.
    /// </summary>
    ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken);

    /// <summary>Looks a task up.</summary>
    ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken);

    /// <summary>Looks a task up together with the completion to await, if it is pending.</summary>
    ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken);

    /// <summary>Looks tasks up together with their completions; an unknown one is a default handle (its <see cref="WatchedTask.Task"/> null) at its place. To be asked for few at a time.</summary>
    ValueTask<WatchedTask[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Looks tasks up; an unknown one is null at its place. To be asked for few at a time: their texts may be long.</summary>
    ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken);

    /// <summary>The ids of all tasks of a group known now, in creation order; null if they are more than <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken);

    /// <summary>A page of tasks, in creation order or the newest first. Its cost does not depend on how many tasks there are.</summary>
    ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken);

    /// <summary>Counts and figures. O(1).</summary>
    ValueTask<RegistryStats> GetStatsAsync(string owner, CancellationToken cancellationToken);

    /// <summary>The counts of all owners together. Costs as much as there are owners.</summary>
    RegistryTotals GetTotals();

    /// <summary>
    /// Takes nothing new from now on (<see cref="RegistryStatus.ShuttingDown"/>). A registry that keeps tasks in memory alone lets pending
    /// ones come due for <paramref name="grace"/>, as long as one may, then cancels the rest with reason <see cref="TaskError.Shutdown"/>.
    /// </summary>
    Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken);
}
