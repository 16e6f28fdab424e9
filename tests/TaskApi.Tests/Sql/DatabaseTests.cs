using Microsoft.Data.Sqlite;
using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;
using TaskApi.Storage.Sqlite;

namespace TaskApi.Tests.Sql;

/// <summary>The database as others see it: who backs it up, and who pays for its size and its plans.</summary>
public sealed class DatabaseTests
{
    [Fact]
    public async Task Backup_WhileTheServiceRuns_HoldsWhatWasAcknowledgedAndCanBeRestored()
    {
        using var engine = new SqlFixture().Start();
        var tasks = new List<TaskSnapshot>();
        for (var i = 0; i < 1000; i++) tasks.Add(await engine.Create(100, $"message {i}"));
        using var restored = new SqlFixture();
        Directory.CreateDirectory(Path.GetDirectoryName(restored.DatabasePath)!);

        using (var connection = Connect(engine.DatabasePath))
            Ask(connection, $"VACUUM INTO '{restored.DatabasePath}'");
        await engine.Create(100);
        restored.Start();

        foreach (var task in tasks) Assert.Equal(task.Message, (await restored.Find(task.Id))!.Message);
        Assert.Equal(1000, (await restored.Stats()).Pending);
    }

    [Fact]
    public async Task Row_PendingWithAShortMessage_TakesAtMost120Bytes()
    {
        using var engine = new SqlFixture().Start();
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            var tasks = Enumerable.Range(0, 1000).Select(_ => new TaskSpec { Message = "8 chars.", Schedule = new TaskSchedule(random.Next(1_000_000)) }).ToList();
            await engine.Storage.CreateManyAsync("", tasks, watch: false, CancellationToken.None);
        }

        engine.Stop();

        Assert.InRange(new FileInfo(engine.DatabasePath).Length / 20_000.0, 50, 120);
    }

    [Fact]
    public async Task File_TasksComeAndGo_DoesNotGrow()
    {
        using var engine = new SqlFixture(static options => options.MaxFinished = 0).Start();
        var sizes = new List<long>();
        for (var round = 0; round < 12; round++)
        {
            var tasks = Enumerable.Repeat(new TaskSpec { Message = new string('m', 500), Schedule = new TaskSchedule(1) }, 2000).ToList();
            await engine.Storage.CreateManyAsync("", tasks, watch: false, CancellationToken.None);
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
            engine.Restart();
            sizes.Add(new FileInfo(engine.DatabasePath).Length);
        }

        Assert.Equal(0, (await engine.Stats()).Pending);
        Assert.True(sizes[^1] <= sizes[1] * 1.2, string.Join(' ', sizes));
    }

    [Fact]
    public void Plans_OfEveryStatement_FollowAnIndex()
    {
        using var engine = new SqlFixture().Start();
        using var connection = Connect(engine.DatabasePath);

        AssertUses(connection, "tasks_wake", SqliteDialect.Claim, SqliteDialect.ClaimAndShow, SqliteDialect.FirstDue);
        AssertUses(connection, "tasks_gone", SqliteDialect.Forget, SqliteDialect.OldestFinished);
        AssertUses(connection, "tasks_shifted", SqliteDialect.Rebase);
        AssertUses(connection, "tasks_group", SqliteDialect.Reading.Select(TaskRow.Columns, TaskFilter.Group | TaskFilter.State));
        AssertUses(connection, "tasks_name", SqliteDialect.Reading.Select(TaskRow.Columns, TaskFilter.Name | TaskFilter.Owner | TaskFilter.Group));
        AssertUses(connection, "tasks_owner", SqliteDialect.Reading.Select(TaskRow.Columns, TaskFilter.Owner | TaskFilter.State));
        AssertUses(connection, "INTEGER PRIMARY KEY", SqliteDialect.Reading.Select(TaskRow.Columns, TaskFilter.None), SqliteDialect.Find, SqliteDialect.Change);
    }

    private static void AssertUses(SqliteConnection connection, string index, params string[] statements)
    {
        foreach (var statement in statements)
        {
            var plan = Ask(connection, $"EXPLAIN QUERY PLAN {statement}");
            Assert.Contains(index, plan, StringComparison.Ordinal);
            // Neither a walk through all of the table nor a sort.
            Assert.DoesNotContain("SCAN tasks\n", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static string Ask(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var name in (string[])["sequence", "owner", "wall", "run", "reason", "detail", "due", "lag", "delay", "message", "zone", "limit", "until", "after", "window", "state", "group", "name"])
            command.Parameters.AddWithValue("@" + name, 1L);
        using var reader = command.ExecuteReader();
        var lines = "";
        while (reader.Read()) lines += reader.GetString(3) + "\n";
        return lines;
    }
}
