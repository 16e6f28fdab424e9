using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>A node's storage on a PostgreSQL database of its own, for tests that ask it through its ports.</summary>
internal sealed class WorkStorage : IDisposable
{
    private readonly string _database = PostgresServer.Shared.NewDatabase();
    private readonly DatabaseAccess _access;

    // Every other one looks for work as where a snapshot is held for long.
    private static int _count;

    public WorkStorage(TaskOptions options, WorkOptions work, ManualTimeProvider clock)
    {
        (options.Storage, var run) = (StorageKind.Postgres, new RunClock(clock, followsWall: false));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Tasks", _database)]).Build();
        var storage = new PostgresStorage(Options.Create(options), configuration, run, Options.Create(work));
        if (Interlocked.Increment(ref _count) % 2 == 0) storage.Floors.Long = TimeSpan.FromTicks(-1);
        _access = new DatabaseAccess(
            Options.Create(options), Options.Create(new IdempotencyOptions()), storage, run, clock,
            NullLogger<DatabaseAccess>.Instance, workOptions: Options.Create(work), callbackBody: new CallbackBody());
        Ports = new SqlTaskStorage(_access, clock);
        _access.Open();
        // It hears what it tells itself from then on.
        Assert.True(SpinWait.SpinUntil(() => _access.Fault is null, TimeSpan.FromSeconds(30)));
    }

    /// <summary>How many histories are tried; each has a storage of its own, and its steps take their time.</summary>
    public const int Histories = 60;

    public ITaskStorage Ports { get; }

    /// <summary>How many queues and types are kept because somebody may need them.</summary>
    public int WaitedFor => _access.Signals.Acquires.Count;

    /// <summary>Whatever is over has been deleted; a node's own sign of life is there as long as it is.</summary>
    public void AssertNothingIsLeft()
    {
        foreach (var table in (string[])["all_tasks", "work", "waits", "ended", "gathers", "members", "ended_members", "callbacks", "beats WHERE owner IS NOT NULL"])
            Assert.Equal(0L, PostgresServer.Ask(_database, string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM {table}")));
    }

    public void Dispose()
    {
        _access.Dispose();
        PostgresServer.Shared.Drop(_database);
    }
}
