using Npgsql;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Finds out when the first task of all is due, as the database has it. Every node does so, once a second: whoever created a task may have gone
/// before it told anyone, and what another node was just changing when this one looked may have hidden it.
/// </summary>
/// <param name="clock">The database's clock.</param>
/// <param name="writer">Told of it.</param>
internal sealed class DueCheck(RunClock clock, SqlWriter writer)
{
    // Other nodes may have finished tasks, and kept calls, that this one has to forget when they are gone. None of that is urgent.
    private const int ChecksPerReload = 30;

    /// <summary>The time between two checks.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly IndexFloor _dueFloor = new(clock);
    private int _checks;

    /// <summary>Checks.</summary>
    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(TaskSql.NextDueTick, connection) { Parameters = { PostgresCommands.Number(_dueFloor.Next()) } };
        var dueTick = await find.ExecuteScalarAsync(cancellationToken) as long?;
        _dueFloor.Found(dueTick);
        writer.NoteFirstDueTick(dueTick);
        if (++_checks % ChecksPerReload == 0) writer.Reload();
    }
}
