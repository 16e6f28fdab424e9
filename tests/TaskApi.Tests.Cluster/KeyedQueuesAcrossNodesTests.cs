using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests;

/// <summary>Queues that count by keys, from which two nodes take.</summary>
public sealed class KeyedQueuesAcrossNodesTests : QueueNodes
{
    private const string MostOfAKey = "SELECT coalesce(max(tasks), 0) FROM (SELECT count(*) AS tasks FROM work WHERE queue = 'resize' AND running = 1 AND key IS NOT NULL GROUP BY key) AS counted";
    private const string Left = "SELECT count(*) FROM all_tasks WHERE state = 8";
    private const int Most = 2;

    private static readonly QueueSettings _perKey = new() { MaxRunningPerKey = Most };

    private async Task CreateOfKeys(int keys, int each)
    {
        for (var key = 0; key < keys; key++) await Create(each, $"k{key}");
    }

    [Fact]
    public async Task MaxRunningPerKey_UnderAStormOfAcquirers_IsNeverExceeded()
    {
        await Set(_perKey);
        await CreateOfKeys(keys: 6, each: 40);
        await Create(40);
        var (running, done) = (new Dictionary<string, int>(), 0);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Ended);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    var tasks = (await Nodes[number % 2].AcquireAsync(WorkFixture.Call(["resize"], max: 1 + (number % 5), waitSeconds: 100, worker: $"w{number}"), ended.Token)).Tasks;
                    lock (running)
                        foreach (var task in tasks)
                            if (task.Task.Work!.Key is { } key) Assert.InRange(running[key] = running.GetValueOrDefault(key) + 1, 0, Most);
                    foreach (var task in tasks)
                    {
                        lock (running)
                            if (task.Task.Work!.Key is { } key) running[key]--;
                        await Nodes[done % 2].FinishAsync("", [WorkOutcome.Returned(task.Token, "1"u8.ToArray())], Ended);
                        if (Interlocked.Increment(ref done) == 280) await ended.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException) when (!Ended.IsCancellationRequested)
            {
            }
        })));

        Assert.Equal(280, done);
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM queue_lanes"));
    }

    [Fact]
    public async Task MaxRunningPerKey_WhileConnectionsBreakAtAnyMoment_IsNeverExceeded_AndNoPlaceIsLost()
    {
        await Set(_perKey);
        await CreateOfKeys(keys: 4, each: 100);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        var takers = Enumerable.Range(0, 8).Select(number => Task.Run(() => TakeAndFinishAsync(Nodes[number % 2], $"w{number}", ended.Token))).ToArray();

        for (var i = 0; i < 40; i++)
        {
            Assert.InRange((long)PostgresServer.Ask(Database, MostOfAKey)!, 0, Most);
            PostgresServer.Ask(Database, "SELECT count(pg_terminate_backend(pid)) FROM (SELECT DISTINCT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'work'::regclass AND pid <> pg_backend_pid()) AS busy WHERE random() < 0.5");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ended);
        }

        await ended.CancelAsync();
        await Task.WhenAll(takers);
        for (var i = 0; PostgresServer.Ask(Database, Left) is > 0L; i++)
        {
            Assert.InRange(i, 0, 2000);
            Assert.InRange((long)PostgresServer.Ask(Database, MostOfAKey)!, 0, Most);
            foreach (var node in Nodes) await TakeOnceAsync(node, "last", waitSeconds: 0, Ended);
            Api.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Node_OfTheVersionBefore_TakesNothingFromSuchAQueue_AndMayPauseIt()
    {
        await Set(_perKey with { PausedUntil = Api.Clock.GetUtcNow().AddDays(1), Paused = true });
        const string Seen = "SELECT concat_ws(' ', max_running, paused, paused_until, leaving) FROM queues";
        Assert.Equal("1 0", PostgresServer.Ask(Database, Seen));
        await Set(_perKey);
        Assert.Equal("1 0", PostgresServer.Ask(Database, Seen));

        // What such a node says when somebody sets a queue there.
        PostgresServer.Execute(Database, """
            INSERT INTO queues (owner, name, max_running, max_per_key, rate_count, rate_seconds, paused, paused_until, leaving)
            SELECT owner, name, 3, NULL, NULL, NULL, 1, NULL, 0 FROM queues
            ON CONFLICT (owner, name) DO UPDATE SET max_running = excluded.max_running, max_per_key = excluded.max_per_key, rate_count = excluded.rate_count,
              rate_seconds = excluded.rate_seconds, paused = excluded.paused, paused_until = excluded.paused_until, leaving = excluded.leaving;
            UPDATE taskapi_schema SET queue_changes = queue_changes + 1
            """);

        await Known(static settings => settings == new QueueSettings { MaxRunning = 3, Paused = true });
    }

    [Fact]
    public async Task End_OfOneOfManyKeysOnOneNode_FreesTheNextOnTheOther()
    {
        const int Many = 450;
        await Set(new QueueSettings { MaxRunningPerKey = 1 });
        var specs = Enumerable.Range(0, 2 * Many).Select(static i => WorkFixture.Spec(key: $"k{i % Many:000}"));
        await Storages[0].CreateManyAsync("", [.. specs], watch: false, Ended);
        var running = new List<LeasedTask>();
        while (running.Count < Many) running.AddRange((await Nodes[0].AcquireAsync(WorkFixture.Call(["resize"], max: 200), Ended)).Tasks);
        Assert.Empty((await Nodes[0].AcquireAsync(WorkFixture.Call(["resize"]), Ended)).Tasks);

        var acquiring = Nodes[0].AcquireAsync(WorkFixture.Call(["resize"], waitSeconds: 100, worker: "waits"), Ended).AsTask();
        await Nodes[1].FinishAsync("", [WorkOutcome.Returned(running.Single(static task => task.Task.Work!.Key == "k441").Token, "1"u8.ToArray())], Ended);
        await Until(() =>
        {
            Api.Clock.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(acquiring.IsCompleted);
        });

        Assert.Equal("k441", Assert.Single((await acquiring).Tasks).Task.Work!.Key);
    }

    // Each end in such a queue wakes handlers, whatever types they run.
    [Fact]
    public async Task Handlers_OfATypeThatNobodyWaitsFor_LeaveTheOthersWhereTheyAre()
    {
        await Set(_perKey);
        await Create(30, "busy");

        var taken = await Nodes[0].AcquireAsync(WorkAcquire.OfHandlers("here", ["other"], 1000, TimeSpan.Zero, new Holder()), Ended);

        Assert.Empty(taken.Tasks);
        Assert.Equal(30L, PostgresServer.Ask(Database, "SELECT count(*) FROM work WHERE ready = 3"));
    }

    [Theory]
    [InlineData(nameof(LaneSql.Find), "integer, text, bigint, bigint, bigint, bigint", "queue_lanes_first work_running work_lane")]
    [InlineData(nameof(LaneSql.FindOfType), "integer, text, bigint, bigint, bigint, bigint, text", "queue_lanes_type work_running work_lane")]
    [InlineData(nameof(LaneSql.Unblock), "integer, text, bigint", "queue_lanes_blocked work_running")]
    [InlineData(nameof(LaneSql.UnblockKeys), "integer, text, bigint, text[]", "queue_lanes_blocked work_running")]
    [InlineData(nameof(LaneSql.UnblockFrom), "integer, text, bigint, text, bigint", "queue_lanes_blocked work_running")]
    [InlineData(nameof(LaneSql.List), "integer, text, bigint", "queue_lanes_blocked work_keyed work_bounded work_queue work_pkey all_tasks_pkey tasks_pkey")]
    [InlineData(nameof(LaneSql.Move), "integer, text, text[], text[], integer[], bigint[], bigint[]", "queue_lanes_pkey")]
    [InlineData(nameof(LaneSql.Remove), "integer, text, text[], text[]", "queue_lanes_pkey")]
    [InlineData(nameof(LaneSql.Block), "integer, text, text[]", "queue_lanes_pkey")]
    [InlineData(nameof(LaneSql.ListByKey), "integer, text, text, bigint, bigint", "work_key work_pkey all_tasks_pkey tasks_pkey")]
    public void Lanes_AreFoundByTheirIndexesAlone(string statement, string types, string indexes)
    {
        var plan = QueryPlan.Of(Database, (string)typeof(LaneSql).GetField(statement)!.GetValue(null)!, types);

        Assert.DoesNotContain(plan, static line => line.Contains("Seq Scan", StringComparison.Ordinal));
        var used = plan.Where(static line => line.Contains("Scan using ", StringComparison.Ordinal)).Select(static line => line.Split("Scan using ")[1].Split(' ')[0]).Distinct();
        Assert.Subset(indexes.Split(' ').ToHashSet(), used.ToHashSet());
        foreach (var index in indexes.Split(' ').Where(static index => !index.EndsWith("_pkey", StringComparison.Ordinal))) Assert.Contains(index, used);
    }
}
