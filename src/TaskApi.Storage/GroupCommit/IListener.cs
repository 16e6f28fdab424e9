using System.Data.Common;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Learns what other processes do. Disposing it ends that. Thread-safe.</summary>
internal interface IListener : IDisposable
{
    /// <summary>Has other processes tell of all events from now on, for as long as they are recorded here. Until somebody asks for that, they need not.</summary>
    /// <param name="connection">To ask with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of the latest event; null if it has to be asked again in a moment.</returns>
    Task<long?> WantEventsAsync(DbConnection connection, CancellationToken cancellationToken);
}
