using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Starting;

/// <summary>What the log says at the start and at the end: of the mode that the service is in, and of no other.</summary>
public sealed class StartReportTests
{
    [Fact]
    public async Task Log_InMemory_SaysThatTasksEndAndWhatRoomThereIs()
    {
        var log = await LogOf(("Tasks:Storage", "Memory"), ("Tasks:MaxPending", "7"), ("Tasks:MaxTaskBytes", "1048576"));

        Assert.Contains("Tasks are kept in memory, and end with this process; at a shutdown they may come due for 0 s", log);
        Assert.Contains(log, static line => line.StartsWith("Room for 7 pending tasks in 1 MiB of the ", StringComparison.Ordinal));
        Assert.Contains("Shutting down: pending tasks may come due for 0 s", log);
    }

    [Fact]
    public async Task Log_OnDisk_SaysWhereAndNothingOfMemory()
    {
        var folder = TestFolder.Create();
        var path = Path.Combine(folder.FullName, "tasks.db");

        var log = await LogOf(("Tasks:Storage", "Sqlite"), ("Tasks:StoragePath", Path.GetRelativePath(Environment.CurrentDirectory, path)), ("Tasks:MaxPending", "7"));

        Assert.Contains($"Tasks are kept in the SQLite database {path}", log);
        Assert.Contains("Room for 7 pending tasks, 100000 waits and 10000 streams", log);
        Assert.Contains("Shutting down: pending tasks stay for the next start", log);
        Assert.DoesNotContain(log, static line => line.Contains("MiB", StringComparison.Ordinal) || line.Contains("come due for", StringComparison.Ordinal));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Host=db;Database=tasks;Username=north;Password=secret", "the PostgreSQL database tasks at db, port 5432")]
    [InlineData("Host=db1,db2;Port=6432;Username=north;Password=secret", "the PostgreSQL database north at db1,db2, port 6432")]
    public void Place_OfADatabaseThatIsShared_HasNoCredentials(string connectionString, string place)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:Tasks", (string?)connectionString)]).Build();
        using var storage = new PostgresStorage(Options.Create(new TaskOptions()), configuration, new RunClock(new FakeTimeProvider()));

        Assert.Equal(place, storage.Place);
    }

    [Fact]
    public async Task Log_OfAServiceWithKeys_SaysThatCallsNeedOne() =>
        Assert.Contains(await LogOf(("Security:ApiKeys:0:Name", "north"), ("Security:ApiKeys:0:Hash", new string('a', 64))), static line => line.EndsWith("; calls need one of 1 API keys", StringComparison.Ordinal));

    [Fact]
    public async Task Log_OfAServiceThatIsOpen_SaysThatAnybodyMayCall() =>
        Assert.Contains(await LogOf(("Security:AllowAnonymous", "true")), static line => line.EndsWith("; anybody may call", StringComparison.Ordinal));

    [Fact]
    public async Task Log_OfAServiceWithoutKeys_SaysThatOnlyThisMachineIsAnswered() =>
        Assert.Contains(await LogOf(), static line => line.StartsWith("Listening on ", StringComparison.Ordinal) && line.EndsWith("; no key is needed, and only this machine is answered", StringComparison.Ordinal));

    private static async Task<string[]> LogOf(params (string Key, string Value)[] settings)
    {
        var log = new LogRecorder(LogLevel.Information);
        var api = new TaskApiFactory(settings) { Registrations = services => services.AddLogging(logging => logging.AddProvider(log)) };
        await using (api)
            api.CreateClient().Dispose();
        return [.. log.Events.Select(static logged => logged.Text)];
    }
}
