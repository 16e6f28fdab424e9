using Microsoft.Data.Sqlite;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Sql;

/// <summary>Files that the service must not touch.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void Open_SomethingElse_IsRefusedAndLeftAlone() =>
        AssertRefused("is not a database", static path => File.WriteAllText(path, string.Concat(Enumerable.Repeat("A letter. ", 100))));

    [Fact]
    public void Open_TooShort_IsRefusedAndLeftAlone() => AssertRefused("is not a database", static path => File.WriteAllText(path, "x"));

    [Fact]
    public void Open_AnotherProgramsDatabase_IsRefusedAndLeftAlone() =>
        AssertRefused("of another program", static path => Execute(path, "CREATE TABLE theirs (id INTEGER); INSERT INTO theirs VALUES (1)"));

    [Fact]
    public async Task Open_NewerSchema_IsRefusedAndLeftAlone()
    {
        using var engine = await Filled();
        Execute(engine.DatabasePath, "PRAGMA user_version = 1000");
        AssertRefused(engine, "newer version");
    }

    [Fact]
    public async Task Open_Truncated_IsRefusedAndLeftAlone()
    {
        using var engine = await Filled();
        using (var file = File.Open(engine.DatabasePath, FileMode.Open)) file.SetLength(file.Length / 2);
        AssertRefused(engine, "is damaged");
    }

    [Fact]
    public async Task Open_DamagedInside_IsRefusedAndLeftAlone()
    {
        using var engine = await Filled();
        using (var file = File.Open(engine.DatabasePath, FileMode.Open))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 16_384).ToArray());
        }

        AssertRefused(engine, "damaged", "can't be used");
    }

    [Fact]
    public async Task Open_InUse_IsRefusedAndTheFirstGoesOn()
    {
        using var engine = await Filled();
        engine.Start();
        using var second = new SqlFixture(options => options.StoragePath = engine.DatabasePath);

        var refused = Assert.Throws<StorageRefusedException>(() => second.Start());

        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
        await engine.Create(1);
    }

    [Fact]
    public void Open_PathThatCannotBe_IsRefusedWithASentence()
    {
        using var engine = new SqlFixture(static options => options.StoragePath = "/proc/nowhere/tasks.db");
        var refused = Assert.Throws<StorageRefusedException>(() => engine.Start());
        Assert.Contains("Tasks:StoragePath: /proc/nowhere/tasks.db can't be used", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<SqlFixture> Filled()
    {
        var engine = new SqlFixture().Start();
        for (var i = 0; i < 200; i++) await engine.Create(100, new string('m', 1000));
        engine.Stop();
        return engine;
    }

    private static void AssertRefused(string fault, Action<string> make)
    {
        using var engine = new SqlFixture();
        Directory.CreateDirectory(Path.GetDirectoryName(engine.DatabasePath)!);
        make(engine.DatabasePath);
        AssertRefused(engine, fault);
    }

    private static void AssertRefused(SqlFixture engine, params string[] faults)
    {
        var before = File.ReadAllBytes(engine.DatabasePath);

        var refused = Assert.Throws<StorageRefusedException>(() => engine.Start());

        Assert.StartsWith($"Tasks:StoragePath: {engine.DatabasePath} ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(faults, fault => refused.Message.Contains(fault, StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllBytes(engine.DatabasePath));
    }

    private static void Execute(string path, string text)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
