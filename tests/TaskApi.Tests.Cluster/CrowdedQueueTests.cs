using System.Globalization;
using System.Net;
using System.Text.Json;
using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

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
    [Theory]
    [InlineData(null)]
    [InlineData("""{"maxRunning":5}""")]
    [InlineData("""{"maxRunningPerKey":1}""")]
    public async Task Waiter_WhoseTaskAnotherHeldInVain_GetsIt(string? settings)
    {
        if (settings is not null) (await Reply.Send(Other, HttpMethod.Put, "/queues/q", settings)).Is(HttpStatusCode.OK);
        await Create(1, key: "k");
        await using var holder = await Hold(1);

        await WaiterGetsItAfter(holder);
    }

    // It is in a lane already.
    [Fact]
    public async Task Waiter_WhoseNextOfAKeyAnotherHeldInVain_GetsIt()
    {
        (await Reply.Send(Other, HttpMethod.Put, "/queues/q", """{"maxRunningPerKey":1}""")).Is(HttpStatusCode.OK);
        await Create(2, key: "k");
        await RunFirst();
        await using var holder = await Hold(2);

        await WaiterGetsItAfter(holder);
    }

    [Fact]
    public async Task Call_BehindAKeyWhoseFirstAnotherHolds_GetsThoseOfOtherKeys()
    {
        (await Reply.Send(Other, HttpMethod.Put, "/queues/q", """{"maxRunningPerKey":1}""")).Is(HttpStatusCode.OK);
        foreach (var key in (string[])["k", "l", "m"]) await Create(2, key: key);
        await RunFirst();
        await using var holder = await Hold(2);

        Assert.Equal("l", Assert.Single(await Acquire(1)).Text("key"));
        Assert.Equal("m", Assert.Single(await Acquire(3)).Text("key"));
    }

    // The first of the transaction, which doesn't wait, has looked for both.
    [Fact]
    public async Task Waiter_BehindAnotherCallOfItsTransaction_GetsWhatAnotherNodeHeldInVain()
    {
        var storage = Storages[^1];
        // Workers that have called are known, and what they call for then is asked for at once.
        foreach (var worker in new[] { "one", "two" }) Assert.Empty((await storage.Work.AcquireAsync(WorkFixture.Call(["q"], worker: worker), Ended)).Tasks);
        WorkAcquire[] calls = [WorkFixture.Call(["q"], worker: "one"), WorkFixture.Call(["q"], waitSeconds: 60, worker: "two")];
        await Create(1);
        await using var holder = await Hold(1);

        var answers = await BusyWriter.While(storage, Database, () => Array.ConvertAll(calls, call => storage.Work.AcquireAsync(call, Ended).AsTask()));
        Assert.Empty((await answers[0]).Tasks);
        await Api.Clock.TimerArmed(TimeSpan.FromSeconds(2));
        await using (var leave = new NpgsqlCommand("ROLLBACK", holder))
            await leave.ExecuteNonQueryAsync(Ended);
        Api.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Single((await answers[1].WaitAsync(TimeSpan.FromSeconds(30), Ended)).Tasks);
    }

    // One that goes through all could follow another node, which takes as fast, as long as there is something to take.
    [Fact]
    public async Task Look_GoesThroughNoMoreThanItIsTold()
    {
        await Create(3);
        await using var holder = await Hold(2);

        Assert.Equal((0, 1), (await Look(2), await Look(3)));
    }

    // A paused queue may have millions that waited before it was.
    [Fact]
    public async Task LookByType_PastABoundedQueue_GoesThroughNoMoreThanItIsTold()
    {
        await Create(3);
        await Create(1, "other");

        Assert.Equal((0, 1), (await LookByType(3), await LookByType(4)));
    }

    [Fact]
    public async Task Handler_BesideAPausedQueueWithABacklog_GetsItsTaskAndTheQueueItsOwn()
    {
        for (var i = 0; i < 3; i++) await Create(1000);
        await Create(1, "other");
        (await Reply.Send(One, HttpMethod.Put, "/queues/q", """{"paused":true}""")).Is(HttpStatusCode.OK);

        var call = WorkAcquire.OfHandlers("here", ["resize"], 1, TimeSpan.FromSeconds(60), new Holder());
        var started = (await Storages[^1].Work.AcquireAsync(call, Ended).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Ended)).Tasks;

        Assert.Equal("other", Assert.Single(started).Task.Work!.Queue);
        Assert.InRange((long)PostgresServer.Ask(Database, "SELECT count(*) FROM work WHERE ready = 1")!, 0, 1004);
    }

    private async Task<IReadOnlyList<JsonElement>> Acquire(int max) =>
        [.. (await Reply.Send(Other, HttpMethod.Post, "/work/acquire", $$"""{"worker":"w","queues":["q"],"max":{{max}}}""")).IsJson(HttpStatusCode.OK).Items("tasks")];

    // Takes the first task, which puts all that have keys into lanes, and finishes it.
    private async Task RunFirst()
    {
        var first = Assert.Single(await Acquire(1));
        (await Reply.Send(Other, HttpMethod.Post, "/work/finish", $$"""{"outcomes":[{"token":"{{first.GetProperty("lease").Text("token")}}","result":1}]}""")).Is(HttpStatusCode.OK);
    }

    // Who waits has looked in vain when the other lets go.
    private async Task WaiterGetsItAfter(NpgsqlConnection holder)
    {
        var waiting = Reply.Send(Other, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["q"],"waitSeconds":60}""");
        await Api.Clock.TimerArmed(TimeSpan.FromSeconds(2)).WaitAsync(TimeSpan.FromSeconds(30), Ended);

        await using (var leave = new NpgsqlCommand("ROLLBACK", holder))
            await leave.ExecuteNonQueryAsync(Ended);
        Api.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(30), Ended)).IsJson(HttpStatusCode.OK).Items("tasks"));
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

    private Task<int> Look(long looked) => Look(WorkSql.TakeOfQueues, OwnerOfAll(), "q", looked);

    private Task<int> LookByType(long looked) =>
        Look(WorkSql.TakeOfTypes, (short)0, "resize", looked, new() { Value = (int[])[Convert.ToInt32(OwnerOfAll(), CultureInfo.InvariantCulture)] }, new() { Value = (string[])["q"] }, new() { Value = Array.Empty<string>() });

    private object OwnerOfAll() => PostgresServer.Ask(Database, "SELECT owner FROM work LIMIT 1")!;

    // Answers how many it has found.
    private async Task<int> Look(string statement, object owner, string name, long looked, params NpgsqlParameter[] bounded)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(Ended);
        await using var look = new NpgsqlCommand(statement, connection)
        {
            Parameters =
            {
                new() { Value = owner }, new() { Value = (string[])[name] }, new() { Value = 1L }, new() { Value = 1L }, new() { Value = Array.Empty<long>() }, new() { Value = looked },
            },
        };
        look.Parameters.AddRange(bounded);
        await using var reader = await look.ExecuteReaderAsync(Ended);
        var found = 0;
        while (await reader.ReadAsync(Ended)) found++;
        return found;
    }

    private async Task Create(int count, string queue = "q", string key = "") =>
        (await Reply.Send(One, HttpMethod.Post, "/tasks/batch", $"[{string.Join(',', Enumerable.Repeat($$"""{"type":"resize","queue":"{{queue}}","key":{{(key.Length == 0 ? "null" : $"\"{key}\"")}}}""", count))}]")).IsJson(HttpStatusCode.Accepted);
}
