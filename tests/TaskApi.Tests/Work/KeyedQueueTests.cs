using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>How many tasks with the same key run in a queue, each key for itself.</summary>
public sealed class KeyedQueueTests : BoundedQueueTests
{
    private LeasedTask[] _taken = [];

    private static QueueSettings PerKey(int running) => new() { MaxRunningPerKey = running };

    private Task<TaskSnapshot> Create(string? key, int priority = 0, double delaySeconds = 0, RetryPolicy? retry = null, string type = "resize") =>
        Engine.Create(Spec(delaySeconds, type, queue: "resize", priority: priority, retry: retry, key: key));

    private async Task<string> Keys(int max = 10)
    {
        _taken = await Engine.Acquire(max: max);
        return string.Join(" ", _taken.Select(static task => task.Task.Work!.Key ?? "-"));
    }

    private async Task CreateAll(string keys)
    {
        foreach (var key in keys.Split(' ')) await Create(key == "-" ? null : key);
    }

    [Fact]
    public async Task Key_AtItsBound_DoesntHoldUpOthers()
    {
        await Set(PerKey(2));
        await CreateAll("a a a b a - b - b - c");

        Assert.Equal("a a b", await Keys(max: 3));
        Assert.Equal("- b - - c", await Keys());
        Assert.Equal("", await Keys());
        Assert.Equal(new QueueCounts(0, 3, 8), (await Find()).Counts);
    }

    [Fact]
    public async Task Keys_OfWhichThereAreMany_AreServedInTheOrderOfTheirTasks()
    {
        await Set(PerKey(1));
        for (var i = 0; i < 180; i++) await Create($"k{i % 60:00}");

        Assert.Equal(string.Join(" ", Enumerable.Range(0, 60).Select(static i => $"k{i:00}")), await Keys(max: 100));
        Assert.Equal("", await Keys());
    }

    [Fact]
    public async Task Keys_OfWhichManyAreAtTheirBound_AreServedAsSoonAsOneOfTheirsEnds()
    {
        const int Many = 450;
        await Set(PerKey(1));
        for (var i = 0; i < 2 * Many; i++) await Create($"k{i % Many:000}");
        var running = new Dictionary<string, LeasedTask>();
        while (running.Count < Many)
        {
            Assert.NotEqual("", await Keys(max: 200));
            foreach (var task in _taken) running.Add(task.Task.Work!.Key!, task);
        }

        Assert.Equal("", await Keys());
        foreach (var key in (string[])["k441", "k003", "k250"]) await Engine.Finish(WorkOutcome.Returned(running[key].Token, "1"u8.ToArray()));
        Assert.Equal("k003 k250 k441", await Keys());
        Assert.Equal("", await Keys());

        await Set(PerKey(2));
        var more = 0;
        while (await Keys(max: 200) != "") more += _taken.Length;
        Assert.Equal(Many - 3, more);
    }

    [Fact]
    public async Task Order_AmongThoseThatMayStart_IsThatOfAnyQueue()
    {
        await Set(PerKey(1));
        await Create("a", priority: -1);
        await Create("b");
        Engine.Advance(1);
        await Create("c", priority: 1);
        await Create("a", priority: 2);
        await Create(null);
        var last = await Create("d");
        await Engine.Storage.RescheduleAsync("", last.Id, new TaskRevision(null, null) { Priority = 3 }, condition: null, Ended);

        Assert.Equal("d a c b -", await Keys());
    }

    [Fact]
    public async Task Place_OfAKey_IsFree_HoweverAnAttemptEnds()
    {
        await Set(PerKey(1));
        await CreateAll("a a a a a a a a");

        await Engine.Return(await One());
        await Engine.Finish(WorkOutcome.Released(await One()));
        await Engine.Raise(await One(), retry: false);
        await Engine.Cancel((await One()).Task, force: true);
        await Engine.Work.ReturnAsync("", [await One()]);
        var asked = await One();
        await Engine.Cancel(asked.Task);
        // One that was asked to end counts until it has.
        Assert.Equal("", await Keys());
        await Engine.Finish(WorkOutcome.Ended(asked));
        Assert.Single(await Engine.Acquire(leaseSeconds: 5));
        Assert.Equal("", await Keys());
        Engine.Advance(6);
        await One();
        Assert.Equal("", await Keys());

        async Task<LeaseToken> One() => Assert.Single(await Engine.Acquire(max: 10)).Token;
    }

    [Fact]
    public async Task Task_ThatWaitsToBeTriedAgain_OrWasDeleted_CountsForNothing()
    {
        await Set(PerKey(1));
        await Create("a", retry: Twice);
        var deleted = await Create("a");
        await Create("a");
        await Engine.Raise((await Engine.Acquire())[0].Token);
        await Engine.Cancel(deleted.Id);

        Assert.Equal("a", await Keys());
        Engine.Advance(10);
        Assert.Equal("", await Keys());
    }

    [Fact]
    public async Task First_OfAKey_ThatGoes_LeavesItsPlaceToTheNext()
    {
        await Set(PerKey(1));
        var first = await Create("a", priority: 5);
        await CreateAll("b a b");
        Assert.Equal("a", await Keys(max: 1));
        var second = await Create("a", priority: 4);
        Assert.Equal("b", await Keys());
        await Engine.Cancel(second.Id);
        await Engine.Cancel(first.Id, force: true);

        Assert.Equal("a", await Keys());
    }

    [Fact]
    public async Task End_WakesWhoWaits_ForATaskOfThatKey()
    {
        await Set(PerKey(1));
        await CreateAll("a a b");
        var running = (await Engine.Acquire(max: 2)).Single(static task => task.Task.Work!.Key == "a");
        var (one, other) = (Wait(worker: "x"), Wait(worker: "y"));

        await Create("b");
        Assert.False(one.IsCompleted || other.IsCompleted);
        await Engine.Return(running.Token);

        Assert.Equal("a", Assert.Single((await await Task.WhenAny(one, other)).Tasks).Task.Work!.Key);
    }

    [Fact]
    public async Task Bound_SetWhileTasksRunAndWait_HoldsFromThenOn_ForBoth()
    {
        await CreateAll("a a a a b b");
        var running = await Engine.Acquire(max: 2);
        await Set(PerKey(2));
        await CreateAll("a b");

        Assert.Equal("b b", await Keys());
        await Set(PerKey(3));
        Assert.Equal("a b", await Keys());
        await Set(PerKey(1));
        foreach (var task in running) await Engine.Return(task.Token);
        Assert.Equal("", await Keys());
        await Set(Most(100));
        Assert.Equal("a a", await Keys());
    }

    [Fact]
    public async Task Bound_ThatIsLifted_LeavesNothingBehind()
    {
        await Set(PerKey(1));
        await CreateAll("a a a");
        Assert.Equal("a", await Keys());
        var wait = Wait(max: 1);

        await Set(null);

        Assert.Single((await wait).Tasks);
        await Create("a");
        Assert.Equal("a a", await Keys());
        Assert.Equal(QueueSettings.None, (await Find()).Settings);
    }

    [Fact]
    public async Task Bounds_OfAllKinds_HoldTogether()
    {
        await Set(new QueueSettings { MaxRunning = 3, MaxRunningPerKey = 2, Rate = new QueueRate(4, 10) });
        await CreateAll("a a a b b c");

        Assert.Equal("a a b", await Keys());
        foreach (var task in _taken) await Engine.Return(task.Token);
        Assert.Equal("a", await Keys());
        Engine.Advance(11);
        await Set((await Find()).Settings with { Paused = true });
        Assert.Equal("", await Keys());
        await Set((await Find()).Settings with { Paused = false });
        Assert.Equal("b c", await Keys());
    }

    [Fact]
    public async Task Handlers_AndWorkers_ShareTheBound()
    {
        await Set(PerKey(1));
        await CreateAll("a a b");
        await Create("b", type: "other");
        await Create("c", type: "other");

        Assert.Equal("b", Assert.Single(await OfHandlers("other", max: 1)).Task.Work!.Key);
        Assert.Equal("a c", await Keys());
        Assert.Empty(await OfHandlers());
    }

    [Fact]
    public async Task Oldest_OfThoseThatWait_IsTheOneThatCameDueFirst_WhateverHoldsIt()
    {
        await Set(PerKey(1));
        await Create("a");
        Assert.Equal("a", await Keys());
        Engine.Advance(1);
        var due = Engine.Clock.GetUtcNow();
        await Create("a");
        Engine.Advance(1);
        await Create("b", priority: 3);
        Assert.Equal("b", await Keys());

        Assert.Equal((due, 1L), ((await Find()).OldestReadyAt, (await Find()).Counts.Ready));
    }
}
