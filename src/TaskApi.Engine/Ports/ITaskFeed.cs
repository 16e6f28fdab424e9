using TaskApi.Engine.Events;

namespace TaskApi.Engine.Ports;

/// <summary>What happens to the tasks of all owners, as it happens. Thread-safe.</summary>
internal interface ITaskFeed
{
    /// <summary>The latest events of all tasks, in order.</summary>
    TaskEventLog Events { get; }

    /// <summary>Begins to read events; whatever happens from now on is among them.</summary>
    /// <param name="after">The last event that the reader has seen; null to begin with the next one.</param>
    /// <param name="cancellationToken">Given up before.</param>
    /// <exception cref="StorageUnavailableException">They can't be read now.</exception>
    ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken);
}
