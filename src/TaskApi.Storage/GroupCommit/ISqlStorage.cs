using System.Data.Common;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A database that keeps the tasks. Thread-safe once open.</summary>
internal interface ISqlStorage : IDisposable
{
    /// <summary>What there is to it if other processes change the tasks too; null if this one has them to itself.</summary>
    ICluster? Cluster { get; }

    /// <summary>Where it is, for whoever runs the service: without credentials, as a part of a sentence.</summary>
    string Place { get; }

    /// <summary>What readers say to it.</summary>
    ReadTexts Reading { get; }

    /// <summary>Where readers pass, if they may have to be held for a moment; null if they needn't.</summary>
    ReadGate? Gate { get; }

    /// <summary>Numbers and counts.</summary>
    ICounters Counters { get; }

    /// <summary>How many tasks of each queue wait for their turn, and how many run, as far as this process knows.</summary>
    IReadOnlyList<QueueCount> CountByQueue();

    /// <summary>When the task that has waited longest for its turn came due, in Unix milliseconds, as far as this process knows; null if none waits.</summary>
    long? OldestReady();

    /// <summary>Takes the database into use. Where it is shared it may be away, and come back.</summary>
    /// <exception cref="StorageRefusedException">It can't be used.</exception>
    void Open();

    /// <summary>A connection to read with: it sees what has been committed when its statement begins, and never waits for a writer.</summary>
    ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>The connection to change with. There is one at a time.</summary>
    /// <param name="keys">The calls that are kept.</param>
    /// <param name="logger">Receives what happens to the database.</param>
    IWriteSession OpenSession(IdempotencyTable keys, ILogger logger);

    /// <summary>True if it is the storage that failed, now, rather than the program: trying again later is worthwhile.</summary>
    bool IsFault(Exception exception);
}
