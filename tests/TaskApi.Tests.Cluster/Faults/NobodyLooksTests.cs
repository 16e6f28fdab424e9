using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>Tasks of which the node that armed them tells nobody any more.</summary>
public sealed class NobodyLooksTests : IDisposable
{
    // As a node would that goes before it has told anyone.
    private const string MakeDue = "UPDATE tasks SET due = due - 999500";

    private readonly RealNodes _nodes = new(count: 2, settings: [("Tasks__OverdueAlarm", "00:00:01")]);

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task Task_CreatedWhileAnotherNodeClaims_OnANodeThatIsKilledThen_CompletesOnTheOther()
    {
        await _nodes.Start();
        await Create(_nodes.All[0], 1000);
        using var locks = _nodes.Connect();
        var held = Hold(locks, EventSql.LockCommitOrder);
        PostgresServer.Execute(_nodes.Database, MakeDue);
        // One of them has claimed it, and can't commit; the other finds nothing that it could claim.
        await _nodes.Until($"SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE '{_nodes.NameOf(0)[..^1]}%'");
        var claimer = PostgresServer.Ask(_nodes.Database, $"SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '{_nodes.NameOf(0)}'") is true ? 0 : 1;
        var id = await Create(_nodes.All[1 - claimer], 3);
        await _nodes.All[1 - claimer].Kill();
        held.Rollback();

        Assert.Equal("completed", (await Await(_nodes.All[claimer], id)).Status());
    }

    [Fact]
    public async Task Task_MadeDueByANodeThatTellsNobody_CompletesOnAnother()
    {
        await _nodes.All[0].Start();
        var id = await Create(_nodes.All[0], 1000);
        PostgresServer.Execute(_nodes.Database, MakeDue);

        Assert.Equal("completed", (await Await(_nodes.All[0], id)).Status());
    }

    [Fact]
    public async Task Task_DueAndHeldBySomebodyElse_MakesEveryNodeDegradedUntilItCompletes()
    {
        await _nodes.Start();
        using var locks = _nodes.Connect();
        var id = await Create(_nodes.All[0], 3);
        using (var held = Hold(locks, "SELECT 1 FROM tasks FOR UPDATE"))
        {
            foreach (var node in _nodes.All) await Health(node, "degraded");
            held.Rollback();
        }

        Assert.Equal("completed", (await Await(_nodes.All[1], id)).Status());
        foreach (var node in _nodes.All) await Health(node, "healthy");
    }

    [Fact]
    public async Task Task_DueLongBeforeItWasCreated_IsOverdueSinceItsCreation()
    {
        await _nodes.Start();
        using var locks = _nodes.Connect();
        await Create(_nodes.All[0], 1000);
        // Nobody can claim it, but it can be changed.
        using var held = Hold(locks, "SELECT 1 FROM tasks FOR KEY SHARE");
        PostgresServer.Execute(_nodes.Database, "UPDATE tasks SET due = 0");

        foreach (var node in _nodes.All)
        {
            var reason = Assert.Single((await Health(node, "degraded")).Items("reasons")).GetString()!;
            Assert.Matches("^A pending task is overdue by [0-9]{1,2}[.][0-9] s[.]$", reason);
        }
    }

    private static NpgsqlTransaction Hold(NpgsqlConnection connection, string statement)
    {
        var transaction = connection.BeginTransaction();
        using var command = new NpgsqlCommand(statement, connection);
        command.ExecuteNonQuery();
        return transaction;
    }

    private static async Task<JsonElement> Health(ServiceProcess node, string expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var health = (await Reply.Send(node.Client, HttpMethod.Get, "/health/ready")).Is(HttpStatusCode.OK).Json;
            if (health.Status() == expected) return health;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), health.ToString());
        }
    }

    private static async Task<string> Create(ServiceProcess node, double delaySeconds)
    {
        using var created = await node.Client.PostAsJsonAsync("/tasks", new { message = "Hei", delaySeconds }, TestContext.Current.CancellationToken);
        return (await Reply.Read(created)).IsJson(HttpStatusCode.Accepted).Id();
    }

    private static Task<JsonElement> Await(ServiceProcess node, string id) =>
        node.Client.GetFromJsonAsync<JsonElement>($"/tasks/{id}?waitSeconds=30", TestContext.Current.CancellationToken);
}
