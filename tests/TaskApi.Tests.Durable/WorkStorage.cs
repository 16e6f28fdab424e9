using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Sqlite;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>A storage in a database of its own, for tests that ask it through its ports.</summary>
internal sealed class WorkStorage : IDisposable
{
    private readonly DirectoryInfo _folder = TestFolder.Create();
    private readonly string _path;
    private readonly DatabaseAccess _access;

    public WorkStorage(TaskOptions options, WorkOptions work, ManualTimeProvider clock)
    {
        options.StoragePath = _path = Path.Combine(_folder.FullName, "tasks.db");
        _access = new DatabaseAccess(
            Options.Create(options), Options.Create(new IdempotencyOptions()), new SqliteStorage(Options.Create(options)), new RunClock(clock), clock,
            NullLogger<DatabaseAccess>.Instance, workOptions: Options.Create(work), callbackBody: new CallbackBody());
        Ports = new SqlTaskStorage(_access, clock);
        _access.Open();
    }

    /// <summary>How many histories are tried; each has a storage of its own, and its steps take their time.</summary>
    public const int Histories = 400;

    public ITaskStorage Ports { get; }

    /// <summary>How many queues and types are kept because somebody may need them.</summary>
    public int WaitedFor => _access.Signals.Acquires.Count;

    public void AssertNothingIsLeft()
    {
        foreach (var table in (string[])["tasks", "work", "beats", "waits", "ended", "gathers", "members", "ended_members", "callbacks"]) Assert.Equal(0, Count(table));
    }

    public void Dispose()
    {
        _access.Dispose();
        _folder.Delete(recursive: true);
    }

    private long Count(string table)
    {
        using var connection = new SqliteConnection($"Data Source={_path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM {table}");
        return (long)command.ExecuteScalar()!;
    }
}
