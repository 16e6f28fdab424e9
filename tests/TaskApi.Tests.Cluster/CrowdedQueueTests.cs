using System.Net;
using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Calls for work of a queue from which others take at the same time.</summary>
public sealed class CrowdedQueueTests : TwoNodes
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    // More than a first look goes through.
    private const int Held = 2000;

    [Fact]
    public async Task Call_BehindManyThatOthersHold_GetsWhatIsFree()
    {
        await Create(1000);
        await Create(1000);
        await Create(1);
        await using var holder = await Hold(Held);

        var taken = (await Reply.Send(One, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["q"],"waitSeconds":0}""")).IsJson(HttpStatusCode.OK).Items("tasks");

        Assert.Single(taken);
    }

    // Whoever holds a task and doesn't start it tells nobody.
    [Fact]
    public async Task Waiter_WhoseTaskAnotherHeldInVain_GetsIt()
    {
        await Create(1);
        await using var holder = await Hold(1);
        var waiting = Reply.Send(Other, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["q"],"waitSeconds":60}""");
        await Api.Clock.TimerArmed(TimeSpan.FromSeconds(2)).WaitAsync(TimeSpan.FromSeconds(30), Ended);

        await using (var leave = new NpgsqlCommand("ROLLBACK", holder))
            await leave.ExecuteNonQueryAsync(Ended);
        Api.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(30), Ended)).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    // One that goes through all could follow another node, which takes as fast, as long as there is something to take.
    [Fact]
    public async Task Look_GoesThroughNoMoreThanItIsTold()
    {
        await Create(3);
        await using var holder = await Hold(2);

        Assert.Equal((0, 1), (await Look(2), await Look(3)));
    }

    // Holds the first tasks until it is disposed.
    private async Task<NpgsqlConnection> Hold(int count)
    {
        var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(Ended);
        await using var hold = new NpgsqlCommand($"BEGIN; SELECT sequence FROM all_tasks ORDER BY sequence LIMIT {count} FOR UPDATE", connection);
        await hold.ExecuteNonQueryAsync(Ended);
        return connection;
    }

    private async Task<int> Look(long looked)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(Ended);
        var owner = PostgresServer.Ask(Database, "SELECT owner FROM work LIMIT 1");
        await using var look = new NpgsqlCommand(WorkSql.TakeOfQueues, connection)
        {
            Parameters =
            {
                new() { Value = owner }, new() { Value = (string[])["q"] }, new() { Value = 1L }, new() { Value = 1L }, new() { Value = Array.Empty<long>() }, new() { Value = looked },
            },
        };
        await using var reader = await look.ExecuteReaderAsync(Ended);
        var found = 0;
        while (await reader.ReadAsync(Ended)) found++;
        return found;
    }

    private async Task Create(int count) =>
        (await Reply.Send(One, HttpMethod.Post, "/tasks/batch", $"[{string.Join(',', Enumerable.Repeat("""{"type":"resize","queue":"q"}""", count))}]")).IsJson(HttpStatusCode.Accepted);
}
