using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// What changes tasks. Every method is thread-safe. An owner changes only its own tasks: another's answer <see cref="AnswerStatus.NotFound"/>,
/// as if they didn't exist. The empty owner is everybody, where there are no keys.
/// </summary>
/// <remarks>
/// A storage that may fail answers <see cref="AnswerStatus.StorageUnavailable"/>, and throws <see cref="StorageUnavailableException"/> where the
/// answer has no status.
/// </remarks>
internal interface ITaskCommands
{
    /// <summary>Creates a task. When this answers <see cref="AnswerStatus.Ok"/> its timer is armed and, where there is a database, it is on disk.</summary>
    /// <param name="owner">The caller; empty where there are no keys.</param>
    /// <param name="task">What to create.</param>
    /// <param name="watch">True to get the completion to await with it.</param>
    /// <param name="cancellationToken">Given up before the creation, nothing is created.</param>
    ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken);

    /// <summary>Creates all of the tasks, or none.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels a task: a pending one at once, a running one is asked to end (its <see cref="TaskSnapshot.State"/> in the answer says which it was). <see cref="AnswerStatus.Ok"/> with the task, now cancelled, also when it was cancelled already
    /// (with that first cancel's reason), or asked to end; <see cref="AnswerStatus.AlreadyFinished"/> if it completed or failed; else
    /// <see cref="AnswerStatus.ConditionFailed"/> if the task doesn't meet <paramref name="condition"/>, where one is given.
    /// </summary>
    /// <param name="owner">The caller; empty where there are no keys.</param>
    /// <param name="id">Which.</param>
    /// <param name="error">Why.</param>
    /// <param name="condition">What must hold of it; null: nothing.</param>
    /// <param name="force">True: a running one gets no time to clean up; it is cancelled at once, too.</param>
    /// <param name="cancellationToken">Given up before, nothing is changed.</param>
    ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, bool force, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels those of the tasks that aren't done; answers for each, in the order given, what <see cref="CancelAsync"/> would. A database
    /// writes a thousand of them at a time.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Not all could be cancelled.</exception>
    ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken);

    /// <summary>Cancels what is pending of the owner and matches, and asks what is running to end; answers how many.</summary>
    /// <exception cref="StorageUnavailableException">Not all could be cancelled.</exception>
    ValueTask<CancelCounts> CancelAllAsync(string owner, CancelQuery query, TaskError error, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a pending task; <see cref="AnswerStatus.AlreadyFinished"/> if it is done, <see cref="AnswerStatus.IsRunning"/> if it is running,
    /// <see cref="AnswerStatus.WrongKind"/> if it hasn't what is to be changed, else <see cref="AnswerStatus.ConditionFailed"/>
    /// if it doesn't meet <paramref name="condition"/>, where one is given.
    /// </summary>
    ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken);
}
