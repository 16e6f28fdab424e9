using System.Data.Common;
using Npgsql;
using TaskApi.Engine.Events;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Has the transactions of all nodes tell of every event while events are recorded here. Otherwise they tell of final states only, for
/// those who wait, and who creates need not wait for his turn to number events. It is written in the database until when that is wanted; a
/// node that dies has it end by itself. Thread-safe.
/// </summary>
internal sealed class WantedEvents(PostgresStorage storage, TaskEventLog events)
{
    // Well within the time for which the database has it written down.
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(10);

    private long _since = long.MinValue;

    /// <summary>The number of the latest event. If events are recorded, the transactions that commit from now on tell of all theirs.</summary>
    public async Task<long> FindLastAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetTimestamp();
        await using var command = connection.CreateCommand();
        var asks = events.IsRecording && !IsFresh;
        command.CommandText = asks ? PostgresDialect.WantEvents : PostgresDialect.LastEvent;
        if (asks)
        {
            var (nothing, next) = ((TaskEffect[])[], 0);
            command.Parameters.Add(new NpgsqlParameter("@channel", storage.Channel));
            command.Parameters.Add(new NpgsqlParameter("@told", Announcement.Write(storage.Node, chunk: 0, wake: null, nothing, ref next)));
        }

        var last = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (asks) Volatile.Write(ref _since, now);
        return last;
    }

    /// <summary>To be called every few seconds: goes on wanting them while they are recorded.</summary>
    public async Task GoOnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!events.IsRecording) return;
        var now = TimeProvider.System.GetTimestamp();
        await using var command = new NpgsqlCommand(PostgresDialect.GoOnWantingEvents, connection);
        if (await command.ExecuteNonQueryAsync(cancellationToken) > 0)
        {
            Volatile.Write(ref _since, now);
            return;
        }

        // Too late, or for the first time. What has not been told leaves a gap.
        Forget();
        await FindLastAsync(connection, cancellationToken);
    }

    /// <summary>Relies no more on what is written in the database: it may be another one.</summary>
    public void Forget() => Volatile.Write(ref _since, long.MinValue);

    private bool IsFresh => Volatile.Read(ref _since) is var since && since != long.MinValue && TimeProvider.System.GetElapsedTime(since) < _fresh;
}
