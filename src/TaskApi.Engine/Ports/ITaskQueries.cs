using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// What shows tasks, and changes nothing. Every method is thread-safe. An owner sees only its own tasks; the empty owner is everybody, where there
/// are no keys.
/// </summary>
internal interface ITaskQueries
{
    /// <summary>Looks a task up.</summary>
    /// <exception cref="StorageUnavailableException">It can't be read now.</exception>
    ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken);

    /// <summary>Looks tasks up; an unknown one is null at its place. To be asked for few at a time: their texts may be long.</summary>
    /// <inheritdoc cref="FindAsync"/>
    ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken);

    /// <summary>A page of tasks, in creation order or the newest first. Its cost does not depend on how many tasks there are.</summary>
    /// <inheritdoc cref="FindAsync"/>
    ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken);

    /// <summary>Counts and figures. O(1).</summary>
    /// <inheritdoc cref="FindAsync"/>
    ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken);

    /// <summary>The counts of all owners together. Costs as much as there are owners.</summary>
    StorageTotals GetTotals();
}
