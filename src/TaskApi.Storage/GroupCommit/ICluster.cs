using System.Data.Common;
using TaskApi.Engine.Events;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What there is to a database that other processes change too: how this one learns what they do, and what it has to reckon with. Thread-safe.</summary>
internal interface ICluster
{
    /// <summary>Begins to learn what other processes do. Disposing it ends that.</summary>
    /// <param name="publisher">Tells those who wait in this process.</param>
    /// <param name="events">The events of all processes.</param>
    /// <param name="writer">Has to know when tasks of others come due.</param>
    /// <param name="signals">Who waits for work in this process, or runs it.</param>
    /// <param name="queues">What is set of queues, by this process and by others.</param>
    /// <param name="logger">Receives what happens to the database.</param>
    IListener Listen(CommitPublisher publisher, TaskEventLog events, SqlWriter writer, WorkSignals signals, QueueBook queues, ILogger logger);

    /// <summary>How often, as far as this process has seen, the database has gone back to an earlier state: what was learnt before holds no more.</summary>
    int Generation { get; }

    /// <summary>The generation that a connection shows.</summary>
    int GenerationOf(DbConnection connection);

    /// <summary>Finished tasks that reached their final state by then, on the run's clock, are not shown any more, though they are there for a while.</summary>
    long HiddenUntil { get; }

    /// <summary>The same of failed ones.</summary>
    long FailedHiddenUntil { get; }

    /// <summary>Why this process doesn't learn what others do, as a sentence; null if it does.</summary>
    string? Fault { get; }

    /// <summary>How long a call waits for the database, whatever has to be tried.</summary>
    TimeSpan Deadline { get; }

    /// <summary>True if another process holds what was asked for, so that it has not been done.</summary>
    bool IsHeld(Exception exception);
}
