using Npgsql;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Finds out when the first task of all is due, as the database has it. Every node does so, once a second: whoever created a task may have gone
/// before it told anyone, and what another node was just changing when this one looked may have hidden it.
/// </summary>
/// <param name="storage">The database, and what is known of other nodes.</param>
/// <param name="clock">The database's clock.</param>
/// <param name="writer">Told of it.</param>
internal sealed class DueCheck(PostgresStorage storage, RunClock clock, SqlWriter writer)
{
    // Other nodes may have finished tasks, and kept calls, that this one has to forget when they are gone. None of that is urgent.
    private const int ChecksPerReload = 30;

    /// <summary>The time between two checks.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    // Whoever knows of an alarm is given the time to see to it.
    private const long PatienceMs = 500;

    private readonly IndexFloor _dueFloor = new(clock);
    private readonly IndexFloor _alarmFloor = new(clock);
    private int _checks;

    /// <summary>Checks.</summary>
    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var firstDue = await FindFirstDueAsync(connection, cancellationToken);
        _dueFloor.Found(firstDue?.Tick);
        writer.NoteFirstDue(firstDue);
        await CheckWorkAsync(connection, cancellationToken);
        if (++_checks % ChecksPerReload != 0) return;
        writer.Reload();
        await using var drop = new NpgsqlCommand(QueueSql.DropEmpty, connection);
        await drop.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<FirstDue?> FindFirstDueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(TaskSql.FirstDue, connection) { Parameters = { PostgresCommands.Number(_dueFloor.Next()) } };
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new FirstDue(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    private async Task CheckWorkAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(WorkSql.NextAlarm, PostgresCommands.Number(_alarmFloor.Next()));
        batch.Add(BeatSql.NextExpiry, PostgresCommands.Number(long.MinValue));
        batch.Add(AftermathSql.HasKept);
        batch.Add(BeatSql.HasOthers, PostgresCommands.Number(storage.Own.Id), PostgresCommands.Number(clock.Now));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        long? alarm = await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : null;
        _alarmFloor.Found(alarm);
        await reader.NextResultAsync(cancellationToken);
        long? expiry = await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : null;
        await reader.NextResultAsync(cancellationToken);
        var hasKept = await reader.ReadAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        storage.HasOthers = await reader.ReadAsync(cancellationToken) && reader.GetBoolean(0);
        if (hasKept)
        {
            storage.MayHaveEnded = storage.MayHaveGathers = storage.MayOweCallbacks = true;
            writer.NoteAlarm(clock.Now);
        }

        if (Math.Min(alarm ?? long.MaxValue, expiry ?? long.MaxValue) is var first && first == long.MaxValue) return;
        storage.Alarm.Note(first + PatienceMs);
        writer.NoteAlarm(first + PatienceMs);
    }
}
