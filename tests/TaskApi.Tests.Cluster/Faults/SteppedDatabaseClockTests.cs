using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>The clock of the database's machine is set, while nodes are idle: here by a function that goes before PostgreSQL's own.</summary>
public sealed class SteppedDatabaseClockTests : IAsyncLifetime
{
    private readonly string _database = PostgresServer.Shared.NewSchema();
    private readonly TaskApiFactory _node;
    private HttpClient _client = null!;

    public SteppedDatabaseClockTests()
    {
        var schema = new NpgsqlConnectionStringBuilder(_database).SearchPath;
        PostgresServer.Execute(_database, $"""
            CREATE TABLE stepped (by interval NOT NULL);
            INSERT INTO stepped VALUES ('0');
            CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT pg_catalog.clock_timestamp() + by FROM {schema}.stepped'
            """);
        _node = new TaskApiFactory(("ConnectionStrings:Tasks", _database.Replace(schema!, $"{schema},pg_catalog", StringComparison.Ordinal)))
        {
            Registrations = static services =>
            {
                services.RemoveAll<TimeProvider>();
                services.AddSingleton(TimeProvider.System);
                services.RemoveAll<RunClock>();
                services.AddSingleton<RunClock>(static provider => new DatabaseClock(provider.GetRequiredService<TimeProvider>()));
            },
        };
    }

    public ValueTask InitializeAsync()
    {
        _client = _node.CreateClient();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Clock_SetForwardWhileNobodyCalls_CompletesWhatIsDueByIt()
    {
        var id = (await Create(3600)).Id();
        var waiting = Wait(id);

        Step("1 hour");

        Assert.Equal("completed", (await waiting).Status());
    }

    [Fact]
    public async Task Clock_SetBack_StillCompletesWhatIsCreatedThen()
    {
        Assert.Equal("completed", (await Wait((await Create(0)).Id())).Status());
        Step("-1 hour");
        // As soon as the node has seen it: until then it promises by the clock of before.
        JsonElement task;
        do task = await Create(0.1);
        while (task.Instant("createdAt") > TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(30));

        Assert.Equal("completed", (await Wait(task.Id())).Status());
    }

    private void Step(string by) => PostgresServer.Execute(_database, $"UPDATE stepped SET by = '{by}'");

    private async Task<JsonElement> Create(double delaySeconds)
    {
        using var created = await _client.PostAsJsonAsync("/tasks", new { message = "Hei", delaySeconds }, TestContext.Current.CancellationToken);
        return (await Reply.Read(created)).IsJson(HttpStatusCode.Accepted);
    }

    private Task<JsonElement> Wait(string id) =>
        _client.GetFromJsonAsync<JsonElement>($"/tasks/{id}?waitSeconds=300", TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
}
