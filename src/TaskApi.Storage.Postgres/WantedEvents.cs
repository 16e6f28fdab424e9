using System.Data.Common;
using Npgsql;
using TaskApi.Engine.Events;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;

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

    // Each wait is longer than the one before, so that it ends also where transactions take long; the pause after it is longer still.
    private static readonly TimeSpan _shortestPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPatience = TimeSpan.FromMilliseconds(800);

    private int _isTrying;
    private TimeSpan _patience = _shortestPatience;
    private long? _triedInVain;
    private long _since = long.MinValue;

    /// <summary>
    /// The number of the latest event. If events are recorded, the transactions that commit from now on tell of all theirs. Null if a transaction
    /// that may not know of that is under way, and doesn't end in a moment: to be asked again.
    /// </summary>
    public async Task<long?> TryFindLastAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (!events.IsRecording || IsFresh) return await FindLastAsync(connection, cancellationToken);
        // One at a time, and with pauses: while it is waited for, nobody can begin to create.
        if (Interlocked.Exchange(ref _isTrying, 1) != 0) return null;
        try
        {
            if (IsFresh) return await FindLastAsync(connection, cancellationToken);
            return IsTooSoon ? null : await WantAsync(connection, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _isTrying, 0);
        }
    }

    /// <summary>The number of the latest event.</summary>
    public static async Task<long> FindLastAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = EventSql.LastEvent;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>To be called every few seconds: goes on wanting them while they are recorded.</summary>
    public async Task GoOnAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!events.IsRecording) return;
        var now = TimeProvider.System.GetTimestamp();
        try
        {
            await using var command = new NpgsqlCommand(EventSql.GoOnWantingEvents, connection);
            if (await command.ExecuteScalarAsync(cancellationToken) is not null)
            {
                Volatile.Write(ref _since, now);
                return;
            }
        }
        catch (Exception exception) when (storage.IsHeld(exception))
        {
            return;
        }

        // Too late, or for the first time. What has not been told leaves a gap.
        Forget();
        await TryFindLastAsync(connection, cancellationToken);
    }

    private async Task<long?> WantAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetTimestamp();
        var (nothing, next) = ((TaskEffect[])[], 0);
        await using var command = connection.CreateCommand();
        // Together they are one transaction.
        command.CommandText = $"{EventSql.WaitAtMost}; {EventSql.WantEvents}";
        command.Parameters.Add(new NpgsqlParameter("@patience", FormattableString.Invariant($"{_patience.TotalMilliseconds}ms")));
        command.Parameters.Add(new NpgsqlParameter("@channel", storage.Channel));
        command.Parameters.Add(new NpgsqlParameter("@told", Announcement.Write(storage.Node, number: 0, dueTick: null, nothing, ref next)));
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var last = reader.GetInt64(0);
            Volatile.Write(ref _since, now);
            (_triedInVain, _patience) = (null, _shortestPatience);
            return last;
        }
        catch (Exception exception) when (storage.IsHeld(exception))
        {
            (_triedInVain, _patience) = (TimeProvider.System.GetTimestamp(), _patience < _longestPatience ? _patience * 2 : _longestPatience);
            return null;
        }
    }

    private bool IsTooSoon => _triedInVain is { } tried && TimeProvider.System.GetElapsedTime(tried) < _patience * 2;

    /// <summary>Relies no more on what is written in the database: it may be another one.</summary>
    public void Forget() => Volatile.Write(ref _since, long.MinValue);

    private bool IsFresh => Volatile.Read(ref _since) is var since && since != long.MinValue && TimeProvider.System.GetElapsedTime(since) < _fresh;
}
