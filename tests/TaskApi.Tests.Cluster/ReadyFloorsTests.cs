using System.Text.Json;
using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Postgres;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests;

/// <summary>Looks for work that don't pass what has been started, as where a snapshot is held for long: by two nodes, each of which knows only roughly what the other does.</summary>
public sealed class ReadyFloorsTests : LookingNodes
{
    private const string Channel = "\"taskapi.public.work\"";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Look_WhereThousandsHaveBeenStartedUnderAHeldSnapshot_PassesNoneOfThem()
    {
        using var dump = new NpgsqlConnection($"{Database};Pooling=false");
        dump.Open();
        using var transaction = dump.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
        using (var look = new NpgsqlCommand("SELECT count(*) FROM tasks", dump)) look.ExecuteScalar();
        Force();
        for (var i = 0; i < 3; i++) await Create(0, [.. Enumerable.Range(0, 1000).Select(static number => WorkFixture.Spec(priority: number % 3))]);
        while (await Take(0, 500) is { Length: > 0 } taken) await Finish(0, taken);
        Api.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(await Take(0, 1));

        var queues = Floors(0).Find(Owner, ["resize"])!;

        Assert.InRange(Blocks(WorkSql.TakeOfQueues, Looking()), 300, int.MaxValue);
        Assert.InRange(Blocks(WorkSql.TakeOfQueuesFrom, [.. Looking(), .. Parameters(queues)]), 1, 100);
        // Handlers look by type.
        Assert.InRange(Blocks(WorkSql.TakeOfTypesFrom, [.. Looking(), new() { Value = Array.Empty<int>() }, new() { Value = Array.Empty<string>() }, new() { Value = Array.Empty<string>() }, .. Parameters(queues)]), 1, 100);
    }

    [Fact]
    public async Task Tasks_OfPrioritiesThatNobodyHasSeen_AreTakenInTheirOrder()
    {
        await Begin();
        foreach (var priority in (int[])[-7, 9, 0, 100, -100]) await Create(1, WorkFixture.Spec(priority: priority));

        var taken = await Take(0, 10);

        Assert.Equal([100, 9, 0, -7, -100], taken.Select(static task => task.Task.Work!.Priority));
    }

    [Fact]
    public async Task Task_PutInBeforeByTheNodeItself_IsTakenAtOnce()
    {
        var first = await Begin();
        var returned = await Start();
        var changed = await Start();
        Api.Clock.Advance(TimeSpan.FromSeconds(10));
        await Start();

        await Nodes[0].ReturnAsync("", [returned.Token]);
        Assert.Equal(returned.Task.Id, Assert.Single(await Take(0, 10)).Task.Id);
        await Create(0, WorkFixture.Spec() with { Schedule = new TaskSchedule(0, Api.Clock.GetUtcNow().AddDays(-1)) });
        Assert.Single(await Take(0, 10));
        await Nodes[0].ReturnAsync("", [changed.Token]);
        await Change(0, changed.Task.Id, priority: 1);
        Assert.Equal(changed.Task.Id, Assert.Single(await Take(0, 10)).Task.Id);
        await Nodes[0].FinishAsync("", [WorkOutcome.Released(first.Token)], Ended);
        Assert.Equal(first.Task.Id, Assert.Single(await Take(0, 10)).Task.Id);
    }

    // It says so. The clock stands still.
    [Fact]
    public async Task Waiter_OnOneNode_IsGivenWhatTheOtherPutsInBefore()
    {
        await Begin();
        var waiting = await Wait();

        await Create(1, WorkFixture.Spec() with { Schedule = new TaskSchedule(0, Api.Clock.GetUtcNow().AddHours(-1)) });

        Assert.Single((await waiting.WaitAsync(_patience, Ended)).Tasks);
    }

    [Fact]
    public Task Task_DueLongAgo_IsToldToOthersWithWhenItWas()
    {
        var due = Api.Clock.GetUtcNow().AddHours(-1);

        return IsTold(due, () => Create(1, WorkFixture.Spec() with { Schedule = new TaskSchedule(0, due) }));
    }

    [Fact]
    public async Task Task_ThatIsGivenAPriority_IsToldToOthersWithWhenItWasDue()
    {
        var task = (await Storages[0].CreateAsync("", WorkFixture.Spec(), watch: false, Ended)).Task!;

        await IsTold(task.DueAt, () => Change(1, task.Id, priority: 5));
    }

    [Fact]
    public async Task Node_ThatIsToldOfATaskDueLongAgo_LooksFromThereOn()
    {
        await Begin();

        await Until(async () =>
        {
            // A node that has just come looks at everything now and then, and forgets.
            if (Floors(0).Find(Owner, ["resize"]) is not { } stretches) Assert.Empty(await Take(0, 1));
            else if (stretches.TrueForAll(static stretch => stretch.Due <= 1000)) return true;
            PostgresServer.Execute(Database, $"NOTIFY {Channel}, 'elsewhere e{Owner}/resize/resize/1000'");
            return false;
        });
    }

    // Nobody says of what programs create when it was due. The waiter looks again, and at everything.
    [Fact]
    public async Task Waiter_WhoIsNotTold_LooksAgain()
    {
        await Begin();
        var waiting = await Wait();

        PostgresServer.Execute(Database, "SELECT taskapi_create(type => 'resize', due_at => '2001-01-01T00:00:00Z')");
        await Until(() =>
        {
            Api.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(waiting.IsCompleted);
        });

        Assert.Single((await waiting).Tasks);
    }

    [Fact]
    public async Task Task_ToWhichTheOtherNodeGivesAPriority_IsFoundByTheNextLookAtEverything()
    {
        await Begin();
        var changed = (await Storages[0].CreateAsync("", WorkFixture.Spec(), watch: false, Ended)).Task!.Id;
        Api.Clock.Advance(TimeSpan.FromSeconds(10));
        await Create(0, WorkFixture.Spec(priority: 5));
        Assert.Single(await Take(0, 1));

        await Change(1, changed, priority: 5);
        Api.Clock.Advance(_patience);

        Assert.Equal(changed, Assert.Single(await Take(0, 10)).Task.Id);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task History_OfWhatComesAndGoesAnywhere_LeavesNothingBehind(int seed)
    {
        Force();
        var random = new Random(seed);
        var (running, created) = (new List<LeasedTask>(), new List<Guid>());
        for (var step = 0; step < 150; step++)
        {
            var node = random.Next(2);
            switch (random.Next(6))
            {
                case 0 or 1:
                    var past = random.Next(3) == 0 ? random.Next(20) : 0;
                    created.Add((await Storages[node].CreateAsync("", WorkFixture.Spec(priority: random.Next(-1, 2)) with { Schedule = new TaskSchedule(0, Api.Clock.GetUtcNow().AddSeconds(-past)) }, watch: false, Ended)).Task!.Id);
                    break;
                case 2 or 3:
                    running.AddRange(await Take(node, 1 + random.Next(3)));
                    break;
                case 4 when running.Count > 0:
                    var ended = running[random.Next(running.Count)];
                    running.Remove(ended);
                    if (random.Next(3) == 0) await Nodes[node].ReturnAsync("", [ended.Token]);
                    else await Nodes[node].FinishAsync("", [random.Next(2) == 0 ? WorkOutcome.Released(ended.Token) : WorkOutcome.Returned(ended.Token, "1"u8.ToArray())], Ended);
                    break;
                case 5 when created.Count > 0:
                    await Change(node, created[random.Next(created.Count)], random.Next(-1, 2));
                    break;
            }

            Api.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(1500)));
        }

        await Finish(0, [.. running]);
        // By then everything has been looked at again.
        Api.Clock.Advance(_patience);
        foreach (var node in (int[])[0, 1])
            while (await Take(node, 100) is { Length: > 0 } taken) await Finish(node, taken);

        Assert.Equal((created.Count, created.Count, 0), await Left());
    }

    private async Task IsTold(DateTimeOffset due, Func<Task> change)
    {
        await using var listener = new NpgsqlConnection($"{Database};Pooling=false");
        await listener.OpenAsync(Ended);
        var told = new List<string>();
        listener.Notification += (_, heard) => told.Add(heard.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", listener)) await listen.ExecuteNonQueryAsync(Ended);

        await change();

        var word = string.Create(System.Globalization.CultureInfo.InvariantCulture, $" e{Owner}/resize/resize/{due.ToUnixTimeMilliseconds()}");
        while (!told.Exists(text => text.Contains(word, StringComparison.Ordinal))) Assert.True(await listener.WaitAsync(_patience, Ended));
    }

    private async Task<(long, long, long)> Left()
    {
        var stats = await Storages[0].GetStatsAsync("", Ended);
        return (stats.Created, stats.Completed, stats.Ready);
    }

    private static NpgsqlParameter[] Looking() =>
        [new() { Value = Owner }, new() { Value = (string[])["resize"] }, new() { Value = 10L }, new() { Value = 10L }, new() { Value = Array.Empty<long>() }, new() { Value = 1000L }];

    private static NpgsqlParameter[] Parameters(List<Stretch> stretches) =>
    [
        new() { Value = stretches.ConvertAll(static stretch => stretch.Name) }, new() { Value = stretches.ConvertAll(static stretch => stretch.Low) }, new() { Value = stretches.ConvertAll(static stretch => stretch.High) },
        new() { Value = stretches.ConvertAll(static stretch => stretch.Due) }, new() { Value = stretches.ConvertAll(static stretch => stretch.Sequence) },
    ];

    // How many pages a statement looks at, under what sessions of the service are told of plans.
    private long Blocks(string statement, NpgsqlParameter[] parameters)
    {
        using var connection = new NpgsqlConnection($"{Database};Options={QueryPlan.Settings}");
        connection.Open();
        using var explain = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", connection);
        foreach (var parameter in parameters) explain.Parameters.Add(parameter);
        var plan = JsonElement.Parse((string)explain.ExecuteScalar()!)[0].GetProperty("Plan");
        return plan.GetProperty("Shared Hit Blocks").GetInt64() + plan.GetProperty("Shared Read Blocks").GetInt64();
    }
}
