using Npgsql;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Looks when the first task of all is due, as the database has it. Every node does so, once a second: whoever created a task may have gone
/// before it told anyone, and what another node was just changing when this one looked may have hidden it.
/// </summary>
/// <param name="clock">The database's clock.</param>
/// <param name="writer">Told of it.</param>
internal sealed class DueLook(RunClock clock, SqlWriter writer)
{
    // Other nodes may have finished tasks, and kept calls, that this one has to forget when they are gone. None of that is urgent.
    private const int LooksPerStockTaking = 30;

    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly IndexFloor _wakes = new(clock);
    private int _looks;

    /// <summary>Looks.</summary>
    public async Task LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand(TaskSql.NextWake, connection) { Parameters = { PostgresCommands.Number(_wakes.Next()) } };
        var wake = await look.ExecuteScalarAsync(cancellationToken) as long?;
        _wakes.Found(wake);
        writer.See(wake);
        if (++_looks % LooksPerStockTaking == 0) writer.TakeStockAgain();
    }
}
