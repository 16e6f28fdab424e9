using System.Globalization;
using Microsoft.Data.Sqlite;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Schema;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Sql;

/// <summary>A file that a version without work has written, with tasks in it.</summary>
public sealed class WorkMigrationTests
{
    private const int Version = 3;

    [Fact]
    public async Task Open_FileOfTheVersionBeforeWork_KeepsItsTasksAndTakesWork()
    {
        using var engine = new SqlFixture();
        var now = engine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        Make(engine.DatabasePath, now);

        engine.Start();

        var tasks = (await engine.Storage.ListAsync("", new TaskQuery(null, null, null, null, 10), CancellationToken.None)).Tasks;
        Assert.Equal([("later", TaskState.Pending), ("done", TaskState.Completed), ("gone", TaskState.Cancelled)], tasks.Select(static task => (task.Message, task.State)));
        Assert.Equal((3, 1, 1, 1), (await engine.Stats() is var stats ? (stats.Created, stats.Pending, stats.Completed, stats.Cancelled) : default));
        Assert.Equal(("09:59:59 done", "why"), (tasks[1].Result, tasks[2].Error!.Detail));

        var leased = await engine.StartWork();
        Assert.Equal(TaskState.Completed, (await engine.Finish(WorkOutcome.Returned(leased.Token, Json("1")))).State);
        engine.Advance(10);
        Assert.Equal(TaskState.Completed, (await engine.Find(tasks[0].Id))!.State);
        // What was done before is forgotten when its time has come, by an index that is new.
        engine.Advance(3600 - 11);
        Assert.NotNull(await engine.Find(tasks[0].Id));
        engine.Advance(2);
        Assert.Null(await engine.Find(tasks[1].Id));
        Assert.Null(await engine.Find(tasks[2].Id));
    }

    // As that version made it: its scripts, and the rows that it wrote.
    private static void Make(string path, long now)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        foreach (var statement in SchemaScripts.Read(typeof(SqliteStorageExtensions).Assembly).Take(Version).SelectMany(static version => version)) Execute(connection, statement);
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, $"PRAGMA application_id = {0x5461_736B}");
        Execute(connection, $"PRAGMA user_version = {Version}");
        var second = now - 1000;
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO tasks VALUES
              (1, 11, {now}, 0, {now + 10_000}, 0, NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, CAST('later' AS BLOB)),
              (2, 12, {second}, 0, {second}, 0, NULL, NULL, 0, 1, 0, {second}, 0, 0, NULL, NULL, NULL, 'g', CAST('done' AS BLOB)),
              (3, 13, {second}, 0, {now + 60_000}, 0, NULL, NULL, 0, 2, 0, {second}, 0, NULL, NULL, CAST('why' AS BLOB), CAST('n' AS BLOB), NULL, CAST('gone' AS BLOB))
            """));
        Execute(connection, "UPDATE owners SET created = 3, completed = 1, cancelled = 1 WHERE id = 0");
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE ledger SET last_sequence = 3, last_id_time = {now}, kept = {now}"));
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
