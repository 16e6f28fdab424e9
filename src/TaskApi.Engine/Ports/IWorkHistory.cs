namespace TaskApi.Engine.Ports;

/// <summary>What tasks have been through, and their running again. Every method is thread-safe. An owner sees only its own tasks.</summary>
/// <exception cref="StorageUnavailableException">Any of them: the storage can't be used now.</exception>
internal interface IWorkHistory
{
    /// <summary>The last 20 attempts of a task, the oldest first; null if there is no such task. None for a delayed message.</summary>
    ValueTask<IReadOnlyList<AttemptInfo>?> ListAttemptsAsync(string owner, Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Creates a task with the work of one that is done, due now: the same type, input, queue, priority, key, retry policy, limits, name and group;
    /// its parent is the other one. Of a delayed message: the same message. <see cref="AnswerStatus.NotFinished"/>, with the task, if it isn't done.
    /// </summary>
    ValueTask<TaskAnswer> RerunAsync(string owner, Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// The same for all tasks that match and have not been run again. All or, if there is no room for them (<see cref="AnswerStatus.CapacityReached"/>),
    /// none. Costs as much as the owner has tasks.
    /// </summary>
    ValueTask<RerunAnswer> RerunManyAsync(string owner, RerunQuery query, CancellationToken cancellationToken);
}
