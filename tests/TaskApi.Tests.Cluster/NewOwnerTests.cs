using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests;

/// <summary>An owner who was named first by a program's transaction that goes on.</summary>
public sealed class NewOwnerTests : TwoNodes
{
    [Fact]
    public async Task Creation_ForAnOwnerWhomAProgramHolds_HoldsUpNobodyElse()
    {
        var node = Storages[0];
        await using var program = new NpgsqlConnection(Database);
        await program.OpenAsync(Ended);
        await using var transaction = await program.BeginTransactionAsync(Ended);
        await using (var create = new NpgsqlCommand("SELECT taskapi_create(message => 'Hei', delay_seconds => 1000, owner => 'shop')", program)) await create.ExecuteNonQueryAsync(Ended);

        var creating = Array.ConvertAll(new int[20], _ => node.CreateAsync("shop", AfterFixture.Message(1000), watch: false, Ended).AsTask());
        var taking = node.Work.AcquireAsync(Call(["resize"]) with { Owner = "shop" }, Ended).AsTask();
        var other = await node.CreateAsync("", AfterFixture.Message(1000), watch: false, Ended);
        Assert.Equal(AnswerStatus.Ok, other.Status);
        // However many want to know of him, one session asks.
        await Until(() => Task.FromResult(Waiting() > 0));
        Assert.Equal(1, Waiting());
        await transaction.CommitAsync(Ended);

        // Told so by what would have been refused if all had waited for the program.
        Assert.All(await Task.WhenAll(creating), static answer => Assert.Equal(AnswerStatus.Ok, answer.Status));
        Assert.Empty((await taking).Tasks);
        Assert.Equal(21, (await node.GetStatsAsync("shop", Ended)).Pending);

        long Waiting() => (long)PostgresServer.Ask(Database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")!;
    }

    [Fact]
    public async Task Reads_OfAnOwnerWhomAProgramHolds_WaitForNobody()
    {
        var node = Storages[0];
        await using var program = new NpgsqlConnection(Database);
        await program.OpenAsync(Ended);
        await using var transaction = await program.BeginTransactionAsync(Ended);
        await using (var create = new NpgsqlCommand("SELECT taskapi_create(message => 'Hei', delay_seconds => 1000, owner => 'shop')", program)) await create.ExecuteNonQueryAsync(Ended);

        Assert.Equal(0, (await node.GetStatsAsync("shop", Ended)).Pending);
        Assert.Empty((await node.ListAsync("shop", new TaskQuery { Limit = 10 }, Ended)).Tasks);
        Assert.Equal(AnswerStatus.NotFound, (await node.FindAsync("shop", Guid.CreateVersion7(), Ended)).Status);
        await transaction.CommitAsync(Ended);

        Assert.Equal(1, (await node.GetStatsAsync("shop", Ended)).Pending);
    }
}
