using System.Data.Common;
using TaskApi.Engine.Events;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A database that keeps the tasks. Thread-safe once open.</summary>
internal interface ISqlStorage : IDisposable
{
    /// <summary>True if other processes change the tasks too.</summary>
    bool IsShared { get; }

    /// <summary>Where it is, for whoever runs the service: without credentials, as a part of a sentence.</summary>
    string Place { get; }

    /// <summary>What readers say to it.</summary>
    ReadTexts Reading { get; }

    /// <summary>Where readers pass, if they may have to be held for a moment; null if they needn't.</summary>
    ReadGate? Gate { get; }

    /// <summary>Numbers and counts.</summary>
    ILedger Ledger { get; }

    /// <summary>Takes the database into use. Where it is shared it may be away, and come back.</summary>
    /// <exception cref="StorageRefusedException">It can't be used.</exception>
    void Open();

    /// <summary>A connection to read with: it sees what has been committed when its statement begins, and never waits for a writer.</summary>
    ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>The connection to change with. There is one at a time.</summary>
    /// <param name="calls">The calls that are kept.</param>
    /// <param name="logger">Receives what happens to the database.</param>
    IWriteSession OpenSession(CallTable calls, ILogger logger);

    /// <summary>Begins to learn what other processes do; null where there are none. Disposing it ends that.</summary>
    /// <param name="teller">Tells those who wait in this process.</param>
    /// <param name="events">The events of all processes.</param>
    /// <param name="writer">Has to know when tasks of others come due.</param>
    /// <param name="logger">Receives what happens to the database.</param>
    IListener? Listen(EffectTeller teller, TaskEventLog events, SqlWriter writer, ILogger logger);

    /// <summary>How often, as far as this process has seen, the database has gone back to an earlier state: what was learnt before holds no more.</summary>
    int Generation => 0;

    /// <summary>The generation that a connection shows.</summary>
    int GenerationOf(DbConnection connection) => 0;

    /// <summary>Finished tasks that reached their final state by then, on the run's clock, are not shown any more, though they may be there still.</summary>
    long GoneUntil { get; }

    /// <summary>Why this process doesn't learn what others do, as a sentence; null if it does.</summary>
    string? Fault { get; }

    /// <summary>How long a call waits for the database, whatever has to be tried; infinite where it is in this process.</summary>
    TimeSpan Deadline { get; }

    /// <summary>True if another process holds what was asked for, so that it has not been done.</summary>
    bool IsHeld(Exception exception);

    /// <summary>True if it is the storage that failed, now, rather than the program: trying again later is worthwhile.</summary>
    bool IsFault(Exception exception);
}
