using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>How many tasks of a queue may run, and what is shown of it.</summary>
public sealed class QueueTests : BoundedQueueTests
{
    [Fact]
    public async Task MaxRunning_IsNeverExceeded_AndEachEndMakesRoom()
    {
        await Set(Most(2));
        await CreateMany(5);

        var first = await Engine.Acquire(max: 10);
        Assert.Equal(2, first.Length);
        Assert.Empty(await Engine.Acquire(max: 10));
        await Engine.Return(first[0].Token);

        var second = Assert.Single(await Engine.Acquire(max: 10));
        await Engine.Finish(WorkOutcome.Released(second.Token));
        await Engine.Raise(first[1].Token);
        Assert.Equal(2, (await Engine.Acquire(max: 10)).Length);
        Assert.Equal(new QueueCounts(0, 1, 2), (await Find()).Counts);
    }

    [Fact]
    public async Task MaxRunning_FreesItsPlace_HoweverAnAttemptEnds()
    {
        await Set(Most(1));
        await CreateMany(5);

        await Engine.Cancel(Assert.Single(await Engine.Acquire(max: 10)).Task.Id, force: true);
        await Engine.Work.ReturnAsync("", [Assert.Single(await Engine.Acquire(max: 10)).Token]);
        Assert.Single(await Engine.Acquire(max: 10, leaseSeconds: 5));
        Assert.Empty(await Engine.Acquire(max: 10));
        Engine.Advance(6);
        var cancelled = Assert.Single(await Engine.Acquire(max: 10));
        await Engine.Cancel(cancelled.Task.Id);
        // One that was asked to end counts until it has.
        Assert.Empty(await Engine.Acquire(max: 10));
        await Engine.Finish(WorkOutcome.Ended(cancelled.Token));

        Assert.Single(await Engine.Acquire(max: 10));
    }

    [Fact]
    public async Task MaxRunning_WakesWhoWaits_AsPlacesComeFree()
    {
        await Set(Most(1));
        await CreateMany(3);
        var running = Assert.Single(await Engine.Acquire());
        var (one, other) = (Wait(worker: "a"), Wait(worker: "b"));

        await Engine.Return(running.Token);
        var winner = await Task.WhenAny(one, other);
        var second = Assert.Single((await winner).Tasks);
        var loser = winner == one ? other : one;
        Assert.False(loser.IsCompleted);
        await Engine.Return(second.Token);

        Assert.Single((await loser).Tasks);
    }

    [Fact]
    public async Task MaxRunning_HoldsForHandlers_AndWorkersTogether()
    {
        await CreateMany(2);
        await Set(Most(3));
        await CreateMany(4);
        await CreateMany(2, queue: "free");

        var (handlers, workers) = (await OfHandlers(max: 4), await Engine.Acquire(max: 10));

        Assert.Equal(3, handlers.Concat(workers).Count(static task => task.Task.Work!.Queue == "resize"));
        Assert.Equal(2, handlers.Count(static task => task.Task.Work!.Queue == "free") + (await Engine.Acquire("free", max: 10)).Length);
        Assert.DoesNotContain(await OfHandlers(), static task => task.Task.Work!.Queue == "resize");
    }

    [Fact]
    public async Task MaxRunning_OfHandlersThatWait_WakesThem()
    {
        await Set(Most(1));
        await CreateMany(1, type: "other", queue: "resize");
        await CreateMany(1);
        var running = Assert.Single(await OfHandlers("other"));
        var wait = Engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["resize"], 1, TimeSpan.FromMinutes(1), new Holder()), Ended).AsTask();

        await Engine.Work.FinishAsync(null, [WorkOutcome.Returned(running.Token, Json("1"))], Ended);

        Assert.Single((await wait).Tasks);
    }

    [Fact]
    public async Task Bounds_ThatAreLifted_LeaveNothingBehind()
    {
        await Set(Most(1));
        await CreateMany(4);
        Assert.Single(await Engine.Acquire());
        var wait = Wait(max: 1);

        await Set(null);

        Assert.Single((await wait).Tasks);
        Assert.Equal(2, (await OfHandlers()).Length + (await Engine.Acquire(max: 10)).Length);
        Assert.Equal(QueueSettings.None, (await Find()).Settings);
    }

    [Fact]
    public async Task Order_InABoundedQueue_IsThatOfAnyQueue()
    {
        var late = await Engine.Create(Spec(priority: 1));
        await Set(Most(10));
        var low = await Engine.Create(Spec(priority: -1));
        Engine.Advance(1);
        var urgent = await Engine.Create(Spec(priority: 5));
        var next = await Engine.Create(Spec(priority: 1));

        Assert.Equal([urgent.Id, late.Id, next.Id, low.Id], (await Engine.Acquire(max: 4)).Select(static task => task.Task.Id));
    }

    [Fact]
    public async Task BoundedQueues_TakeTurnsWithOthers()
    {
        await Set(Most(100), "bounded");
        await CreateMany(10, queue: "bounded");
        await CreateMany(10, queue: "free");

        var order = "";
        for (var i = 0; i < 8; i++) order += (await Engine.Work.AcquireAsync(Call(["free", "bounded"]), Ended)).Tasks.Single().Task.Work!.Queue[0];

        Assert.Equal(4, order.Count(static queue => queue == 'b'));
    }

    [Fact]
    public async Task BoundedQueues_OfCallersThatAlternate_TakeTurnsForEach()
    {
        foreach (var queue in (string[])["a", "c"]) await Set(Most(100), queue);
        foreach (var queue in (string[])["a", "b", "c", "d"]) await CreateMany(10, queue: queue);

        var order = "";
        for (var i = 0; i < 8; i++) order += (await Engine.Work.AcquireAsync(Call(i % 2 == 0 ? ["a", "b"] : ["c", "d"], worker: $"w{i % 2}"), Ended)).Tasks.Single().Task.Work!.Queue;

        Assert.Equal("aabbccdd", string.Concat(order.Order()));
    }

    [Fact]
    public async Task Counts_AreWhatThereIs()
    {
        await Engine.Create(Spec(60));
        var moved = await Engine.Create(Spec(60));
        var cancelled = await Engine.Create(Spec(60));
        await CreateMany(3);
        var due = Engine.Clock.GetUtcNow();
        Engine.Advance(1);
        await Engine.Create(Spec(priority: 3));
        var running = await Engine.Acquire(max: 2);
        await Engine.Cancel(cancelled.Id);
        await Engine.Storage.RescheduleAsync("", moved.Id, new TaskRevision(new TaskSchedule(0), null), condition: null, Ended);
        await Engine.Raise(running[0].Token);
        await Set(Most(1));
        await CreateMany(1);

        var queue = await Find();
        Assert.Equal((new QueueCounts(1, 4, 1), due, 1), (queue.Counts, queue.OldestReadyAt, queue.Workers));
        await Engine.Return(running[1].Token);
        Engine.Advance(60);
        Assert.Equal(new QueueCounts(0, 5, 0), (await Find()).Counts);
        Assert.Equal(default, (await Find("none")).Counts);
    }

    [Fact]
    public async Task List_HasWhatIsNamed_InOrder()
    {
        await CreateMany(1, queue: "c");
        await Set(Most(1), "a");
        await Engine.Acquire("d");
        await Set(Most(1), "e");
        await Set(null, "e");

        Assert.Equal(["a", "c", "d"], (await Engine.Storage.Queues.ListAsync("", "", 100, Ended)).Select(static queue => queue.Name));
        Assert.Equal(["c"], (await Engine.Storage.Queues.ListAsync("", "a", 1, Ended)).Select(static queue => queue.Name));
        Assert.Empty(await Engine.Storage.Queues.ListAsync("north", "", 100, Ended));
    }

    [Fact]
    public async Task Bounds_AreEachOwnersOwn()
    {
        await Set(Most(1));
        await CreateMany(2);
        for (var i = 0; i < 2; i++) await Engine.Create(Spec(), "north");

        Assert.Single(await Engine.Acquire(max: 10));
        Assert.Equal(2, (await Engine.Acquire(max: 10, owner: "north")).Length);
    }
}
