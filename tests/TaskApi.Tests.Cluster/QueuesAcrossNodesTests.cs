using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests;

/// <summary>Bounded queues from which two nodes take.</summary>
public sealed class QueuesAcrossNodesTests : QueueNodes
{
    private const string Running = "SELECT count(*) FROM work WHERE queue = 'resize' AND running = 1";
    private const int Most = 3;

    [Fact]
    public async Task MaxRunning_UnderAStormOfAcquirers_IsNeverExceeded()
    {
        await Set(new QueueSettings { MaxRunning = Most });
        await Create(120);
        var (running, done) = (0, 0);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Ended);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
        {
            var node = Nodes[number % 2];
            try
            {
                while (true)
                {
                    var tasks = (await node.AcquireAsync(WorkFixture.Call(["resize"], max: 1 + (number % 5), waitSeconds: 100, worker: $"w{number}"), ended.Token)).Tasks;
                    Assert.InRange(Interlocked.Add(ref running, tasks.Length), 0, Most);
                    foreach (var task in tasks)
                    {
                        Interlocked.Decrement(ref running);
                        // Told to either node.
                        await Nodes[done % 2].FinishAsync("", [WorkOutcome.Returned(task.Token, "1"u8.ToArray())], Ended);
                        if (Interlocked.Increment(ref done) == 120) await ended.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException) when (!Ended.IsCancellationRequested)
            {
            }
        })));

        Assert.Equal(120, done);
    }

    [Fact]
    public async Task Delete_OnANodeThatHasNotHeardOfTheBound_SetsTheQueueFreeAllTheSame()
    {
        var node = Api.Nodes[0].Services.GetRequiredService<IQueues>();
        // With its first transaction it has learnt what is set.
        await Create(1);
        // As another node has just done it, and not told anybody yet.
        PostgresServer.Execute(Database, "INSERT INTO queues (owner, name, max_running, paused, leaving, keyed, held) VALUES (0, 'resize', 0, 0, 0, 0, 0)");

        Assert.Equal(AnswerStatus.Ok, await node.SetAsync("", "resize", settings: null, Ended));

        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM queues WHERE leaving = 0"));
    }

    [Fact]
    public async Task MaxRunning_WhileConnectionsBreakAtAnyMoment_IsNeverExceeded_AndNoPlaceIsLost()
    {
        await Set(new QueueSettings { MaxRunning = Most });
        await Create(400);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        var takers = Enumerable.Range(0, 8).Select(number => Task.Run(() => TakeAndFinishAsync(Nodes[number % 2], $"w{number}", ended.Token))).ToArray();

        for (var i = 0; i < 60; i++)
        {
            Assert.InRange((long)PostgresServer.Ask(Database, Running)!, 0, Most);
            // In the midst of what they do to work.
            PostgresServer.Ask(Database, "SELECT count(pg_terminate_backend(pid)) FROM (SELECT DISTINCT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'work'::regclass AND pid <> pg_backend_pid()) AS busy WHERE random() < 0.5");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ended);
        }

        await ended.CancelAsync();
        await Task.WhenAll(takers);
        // What was started for nobody, and could not be given back, is lost with its lease.
        for (var i = 0; PostgresServer.Ask(Database, "SELECT count(*) FROM all_tasks WHERE state = 8") is > 0L; i++)
        {
            Assert.InRange(i, 0, 2000);
            Assert.InRange((long)PostgresServer.Ask(Database, Running)!, 0, Most);
            foreach (var node in Nodes) await TakeOnceAsync(node, "last", waitSeconds: 0, Ended);
            Api.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT coalesce(sum(abs(pending)), 0)::bigint FROM (SELECT sum(pending) AS pending FROM queue_counts GROUP BY queue) AS sums"));
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT sum(running)::bigint FROM queue_counts"));
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT sum(ready)::bigint FROM queue_counts"));
    }

    [Fact]
    public async Task Rate_OfBothNodesTogether_IsNeverExceeded()
    {
        await Set(new QueueSettings { Rate = new QueueRate(5, 10) });
        await Create(40);
        var starts = new List<int>();
        for (var second = 0; second < 30; second++)
        {
            var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Nodes[number % 2].AcquireAsync(WorkFixture.Call(["resize"], max: 3, worker: $"w{number}"), Ended).AsTask()));
            starts.AddRange(taken.SelectMany(static answer => answer.Tasks).Select(_ => second));
            Api.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(15, starts.Count);
        for (var i = 5; i < starts.Count; i++) Assert.InRange(starts[i] - starts[i - 5], 10, 100);
    }

    [Fact]
    public async Task End_OnOneNode_WakesWhoWaitsOnTheOther()
    {
        await Set(new QueueSettings { MaxRunning = 1 });
        await Create(2);
        var running = Assert.Single((await Nodes[0].AcquireAsync(WorkFixture.Call(["resize"]), Ended)).Tasks);
        var waits = Nodes[1].AcquireAsync(WorkFixture.Call(["resize"], waitSeconds: 100, worker: "other"), Ended).AsTask();

        await Nodes[0].FinishAsync("", [WorkOutcome.Returned(running.Token, "1"u8.ToArray())], Ended);

        Assert.Single((await waits.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Ended)).Tasks);
    }

    // A thousand tenants may each have a full one.
    [Fact]
    public async Task Queue_ThatIsFull_IsHeldByNobodyWhoLooksForAType_UntilAnAttemptHasEnded()
    {
        await Set(new QueueSettings { MaxRunning = 1 });
        await Create(2);
        Assert.Equal(1L, Held());
        var running = Assert.Single((await Nodes[0].AcquireAsync(WorkFixture.Call(["resize"]), Ended)).Tasks);
        Assert.Equal(0L, Held());
        var waits = Nodes[1].AcquireAsync(WorkAcquire.OfHandlers("other", ["resize"], 1, TimeSpan.FromSeconds(100), new Holder()), Ended).AsTask();

        await Nodes[0].FinishAsync("", [WorkOutcome.Returned(running.Token, "1"u8.ToArray())], Ended);

        Assert.Single((await waits.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Ended)).Tasks);

        object? Held() => PostgresServer.Ask(Database, "SELECT count(*) FROM (" + QueueSql.Lock
            .Replace("$1", "'{0}'::integer[]", StringComparison.Ordinal).Replace("$2", "'{resize}'::text[]", StringComparison.Ordinal)
            .Replace("$3", "'{resize}'::text[]", StringComparison.Ordinal).Replace("$4", "'{1}'::integer[]", StringComparison.Ordinal) + ") AS held");
    }

    [Fact]
    public async Task Pause_OfWhichNobodyTold_IsKnownWithinASecond_AndItsEndToo()
    {
        var at = Api.Services.GetRequiredService<DatabaseAccess>().Counters.Ensure("").Id;
        Assert.Null(PostgresServer.Ask(Database, $"INSERT INTO queues VALUES ({at}, 'resize', NULL, NULL, NULL, NULL, 1, NULL, 0)"));
        Assert.Null(PostgresServer.Ask(Database, "UPDATE taskapi_schema SET queue_changes = queue_changes + 1"));
        await Known(static settings => settings is { Paused: true });
        await Create(1);
        Assert.Empty((await Nodes[1].AcquireAsync(WorkFixture.Call(["resize"]), Ended)).Tasks);
        var waits = Nodes[1].AcquireAsync(WorkFixture.Call(["resize"], waitSeconds: 100), Ended).AsTask();

        await Api.Nodes[0].Services.GetRequiredService<IQueues>().SetAsync("", "resize", null, Ended);

        Assert.Single((await waits.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Ended)).Tasks);
    }

    [Fact]
    public async Task CountsThatComeToNothing_AreDeleted_AndOthersStay()
    {
        Assert.Null(PostgresServer.Ask(Database, "INSERT INTO queue_counts VALUES (0, 'gone', 10000, 2, 1, -1), (0, 'gone', 10001, -2, -1, 1), (0, 'there', 10000, 1, 1, 0), (0, 'there', 10001, -1, 0, 0)"));

        Assert.Null(PostgresServer.Ask(Database, QueueSql.DropEmpty));

        Assert.Equal("there", PostgresServer.Ask(Database, "SELECT DISTINCT queue FROM queue_counts"));
    }
}
