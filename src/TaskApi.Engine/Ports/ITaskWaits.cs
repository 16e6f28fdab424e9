using TaskApi.Engine.Completions;

namespace TaskApi.Engine.Ports;

/// <summary>What finds tasks together with their completions, to be awaited. Every method is thread-safe. An owner finds only its own tasks.</summary>
internal interface ITaskWaits
{
    /// <summary>Looks a task up together with the completion to await, if it is pending.</summary>
    /// <exception cref="StorageUnavailableException">It can't be read now.</exception>
    ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken);

    /// <summary>Looks tasks up together with their completions; an unknown one is a default value (its <see cref="WatchedTask.Task"/> null) at its place. To be asked for few at a time.</summary>
    /// <inheritdoc cref="WatchAsync"/>
    ValueTask<WatchedTask[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken);

    /// <summary>The ids of all tasks of a group known now, in creation order, for <see cref="WatchManyAsync"/>; null if they are more than <paramref name="limit"/>.</summary>
    /// <inheritdoc cref="WatchAsync"/>
    ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken);
}
