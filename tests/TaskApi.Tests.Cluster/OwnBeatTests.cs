using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A node's own sign of life, and what it knows of those of others.</summary>
public sealed class OwnBeatTests : TwoNodes
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renewal_WhileACommitHoldsIt_WaitsForNobody()
    {
        var node = await Node();
        await using var committing = new NpgsqlConnection(Database);
        await committing.OpenAsync(Ended);
        await using var transaction = await committing.BeginTransactionAsync(Ended);
        await using (var hold = new NpgsqlCommand(BeatSql.HoldOwn, committing) { Parameters = { PostgresCommands.Number(node.Own.Id) } }) Assert.Equal(node.Own.Id, await hold.ExecuteScalarAsync(Ended));

        await using var listener = await node.ConnectAsync(Ended);

        Assert.True(await node.Own.GoOnAsync(listener, Ended));
        // Who would take the node for dead passes it over.
        await using var lose = new NpgsqlCommand($"SELECT count(*) FROM (SELECT FROM beats WHERE id = {node.Own.Id} FOR UPDATE SKIP LOCKED) AS free", listener);
        Assert.Equal(0L, await lose.ExecuteScalarAsync(Ended));
    }

    [Fact]
    public async Task Listener_ThatConnectsAnew_RenewsItBeforeItCatchesUp()
    {
        var node = await Node();
        var lasting = PostgresServer.Ask(Database, $"SELECT until FROM beats WHERE id = {node.Own.Id}");
        await using var holding = new NpgsqlConnection(Database);
        await holding.OpenAsync(Ended);
        await using var transaction = await holding.BeginTransactionAsync(Ended);
        // Which it looks at while it catches up.
        await using (var hold = new NpgsqlCommand("LOCK TABLE queues", holding)) await hold.ExecuteNonQueryAsync(Ended);
        PostgresServer.Ask(Database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% listener'");
        await Until(() => Task.FromResult(PostgresServer.Ask(Database, "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'queues'::regclass AND NOT granted)") is true));

        PostgresServer.Execute(Database, $"UPDATE beats SET until = 4000000000000 WHERE id = {node.Own.Id}");
        PostgresServer.Ask(Database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% listener'");

        await Until(() => Task.FromResult(Equals(lasting, PostgresServer.Ask(Database, $"SELECT until FROM beats WHERE id = {node.Own.Id}"))));
    }

    [Fact]
    public async Task Node_ThatHasSeenNoOther_ReliesOnThatForAMomentOnly()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Tasks", Database)]).Build();
        using var storage = new PostgresStorage(Options.Create(new TaskOptions()), configuration, new RunClock(Api.Clock, followsWall: false));
        Assert.True(storage.HasOthers);

        // As the look does that every node makes each second; this one makes none.
        storage.HasOthers = false;
        Assert.False(storage.HasOthers);

        await Until(() => Task.FromResult(storage.HasOthers));
    }

    private async Task<PostgresStorage> Node()
    {
        var node = (PostgresStorage)OfNodes<DatabaseAccess>()[0].Storage;
        var other = (PostgresStorage)OfNodes<DatabaseAccess>()[1].Storage;
        await Until(() => Task.FromResult(node.Own.Id > 0 && other.Own.Id > 0 && node.Fault is null));
        return node;
    }
}
