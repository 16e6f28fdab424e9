using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>Finds out what became of a transaction whose connection broke while it committed: only the database knows.</summary>
internal sealed class CommitOutcome(PostgresStorage storage)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks, on a new connection, until the server has noticed that the old one is gone and ended its transaction this way or that.</summary>
    /// <param name="session">Looks tasks up.</param>
    /// <param name="connection">Knows the transaction's own number, if it had one, and connects anew.</param>
    /// <param name="generation">In which of the database's histories it was.</param>
    /// <param name="proof">One of the tasks, as it is after the transaction; null if it changes none.</param>
    /// <exception cref="StorageUnavailableException">That can't be found out.</exception>
    public bool HasCommitted(PostgresSession session, SessionConnection connection, int generation, TaskRow? proof)
    {
        if (connection.Transaction is not { } transaction) return false;
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < _patience)
            {
                // In another history the transaction's number is another's, or nobody's yet.
                if (storage.GenerationOf(connection.Current) != generation) return IsThere(session, proof) ?? throw OutcomeUnknown(cause: null);
                using var ask = new NpgsqlCommand(TransactionSql.TransactionStatus, connection.Current) { Parameters = { Text(transaction) } };
                switch (ask.ExecuteScalar() as string)
                {
                    case "committed":
                        Confirm(connection);
                        return true;
                    case "aborted":
                        return false;
                    case "in progress":
                        ShortSleep.For(TimeSpan.FromMilliseconds(20));
                        break;
                    default:
                        throw OutcomeUnknown(cause: null);
                }
            }
        }
        catch (PostgresException exception)
        {
            throw OutcomeUnknown(exception);
        }
        catch (Exception exception) when (exception is not StorageUnavailableException { IsOutcomeUnknown: true } && storage.IsFault(exception))
        {
            throw OutcomeUnknown(exception);
        }

        throw OutcomeUnknown(cause: null);
    }

    /// <summary>True if the server says that it has given up waiting for the replica: the commit is answered as one that has succeeded. Its words are those of a language.</summary>
    public static bool IsUnconfirmed(PostgresNotice notice) => notice.Routine == "SyncRepWaitForLSN";

    // Here it is committed; where a replica has to have it too, the wait for that may have been cut off. What is written later is there later.
    private static void Confirm(SessionConnection connection)
    {
        using var write = new NpgsqlCommand(TransactionSql.Write, connection.Current) { CommandTimeout = (int)_patience.TotalSeconds };
        connection.IsUnconfirmed = false;
        write.ExecuteNonQuery();
        if (connection.IsUnconfirmed) throw OutcomeUnknown(cause: null);
    }

    // All that a transaction has done came with it to the replica, or nothing: one of its tasks tells. Null if that one may have been changed by others since.
    private static bool? IsThere(PostgresSession session, TaskRow? proofRow)
    {
        if (proofRow is not { } proof) return null;
        if (session.FindCommitted(proof.Sequence) is not { } found || !found.Has(proof.Id)) return false;
        if (proof is { Version: 0, State: TaskState.Pending }) return true;
        if (found.Version < proof.Version || (proof.State.IsDone() && !found.State.IsDone())) return false;
        return (found.Version, found.State, found.Finished, found.Reason, found.Detail) == (proof.Version, proof.State, proof.Finished, proof.Reason, proof.Detail) ? true : null;
    }

    private static StorageUnavailableException OutcomeUnknown(Exception? cause) =>
        new("The connection broke in mid-commit, and what became of the transaction can't be found out.", cause) { IsOutcomeUnknown = true };
}
