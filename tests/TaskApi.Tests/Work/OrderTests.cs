using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Whose turn it is.</summary>
public sealed class OrderTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Acquire_OfOneQueue_IsInOrderOfPriorityThenDueTimeThenCreation()
    {
        var now = _engine.Clock.GetUtcNow();
        var late = await _engine.Create(3);
        var first = await _engine.Create(priority: -100);
        var second = await _engine.Create(1);
        var third = await _engine.Create(1);
        var past = await _engine.Create(Spec() with { Schedule = new TaskSchedule(0, now.AddDays(-1)) });
        var soon = await _engine.Create(Spec() with { Schedule = new TaskSchedule(0, now.AddSeconds(0.5)) });
        var urgent = await _engine.Create(2, priority: 100);
        _engine.Advance(5);

        var order = (await _engine.Acquire(max: 100)).Select(static leased => leased.Task.Id);

        Assert.Equal([urgent.Id, past.Id, soon.Id, second.Id, third.Id, late.Id, first.Id], order);
    }

    [Fact]
    public async Task Acquire_AfterReleasesReturnsAndChanges_IsStillInThatOrder()
    {
        var tasks = new List<TaskSnapshot>();
        for (var i = 0; i < 6; i++)
        {
            tasks.Add(await _engine.Create());
            _engine.Advance(1);
        }

        var leased = await _engine.Acquire(max: 3);
        await _engine.Finish(WorkOutcome.Released(leased[0].Token));
        await _engine.Work.ReturnAsync("", [leased[2].Token, leased[1].Token]);
        await _engine.Storage.RescheduleAsync("", tasks[4].Id, new TaskRevision(null, null, Priority: 1), condition: null, Ended);
        await _engine.Storage.RescheduleAsync("", tasks[3].Id, new TaskRevision(new TaskSchedule(0), null), condition: null, Ended);
        await _engine.Cancel(tasks[5].Id);

        var order = (await _engine.Acquire(max: 100)).Select(static task => task.Task.Id);

        // Released at this instant, and due again at it; of the two the older comes first.
        Assert.Equal([tasks[4].Id, tasks[1].Id, tasks[2].Id, tasks[0].Id, tasks[3].Id], order);
    }

    [Fact]
    public async Task Acquire_OfTypesMixedInOneQueue_KeepsTheOrderOfTheQueue()
    {
        var random = new Random(3);
        var expected = new List<(int Priority, DateTimeOffset Due, int Number)>();
        var ids = new Dictionary<Guid, int>();
        for (var i = 0; i < 300; i++)
        {
            var priority = random.Next(-2, 3);
            var created = await _engine.Create(Spec(random.Next(5), type: "t" + random.Next(20), queue: "q", priority: priority));
            ids[created.Id] = i;
            expected.Add((-priority, created.DueAt, i));
        }

        _engine.Advance(5);
        expected.Sort();

        var order = new List<int>();
        while (await _engine.Acquire("q", max: random.Next(1, 30)) is { Length: > 0 } taken) order.AddRange(taken.Select(task => ids[task.Task.Id]));

        Assert.Equal(expected.Select(static task => task.Number), order);
    }

    [Fact]
    public async Task Acquire_OfSeveralQueues_TakesTurnsAcrossCalls()
    {
        for (var i = 0; i < 4; i++)
        {
            await _engine.Create(queue: "a");
            await _engine.Create(queue: "b");
            await _engine.Create(queue: "c");
        }

        var order = "";
        for (var i = 0; i < 4; i++) order += await Take(["a", "b", "c"], 2);

        Assert.All(Enumerable.Range(0, 6), at => Assert.NotEqual(order[at], order[at + 1]));
        Assert.All("abc", queue => Assert.InRange(order.Count(taken => taken == queue), 2, 3));
    }

    [Fact]
    public async Task Acquire_OneAtATime_StarvesNoQueueBesideOneThatIsFilledAgainAndAgain()
    {
        for (var i = 0; i < 50; i++) await _engine.Create(queue: "busy");

        var order = "";
        for (var i = 0; i < 20; i++)
        {
            await _engine.Create(queue: "new");
            order += await Take(["busy", "new"], 1);
        }

        Assert.Equal(10, order.Count(static queue => queue == 'b'));
    }

    [Fact]
    public async Task Acquire_OfHandlers_TakesTheirTypesOfEveryOwnerAndQueue()
    {
        await _engine.Create(Spec(type: "resize", queue: "x"), "north");
        await _engine.Create(Spec(type: "resize", queue: "y"), "south");
        await _engine.Create(Spec(type: "hash", queue: "y"), "south");
        await _engine.Create(Spec(type: "other", queue: "y"), "south");

        var taken = (await _engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["resize", "hash"], 10, TimeSpan.Zero, new Holder()), Ended)).Tasks;

        Assert.Equal(["north/resize", "south/hash", "south/resize"], taken.Select(static task => $"{task.Task.Owner}/{task.Task.Work!.Type}").Order());
        Assert.Single(await _engine.Acquire("y", max: 10, owner: "south"));
    }

    [Fact]
    public async Task Acquire_OfAnotherOwner_GetsNothing()
    {
        await _engine.Create(Spec(), "north");

        Assert.Empty(await _engine.Acquire(owner: "south"));
        Assert.Empty(await _engine.Acquire());
        Assert.Single(await _engine.Acquire(owner: "north"));
    }

    [Fact]
    public async Task LongestReady_IsHowLongTheOldestHasWaited()
    {
        Assert.Equal(TimeSpan.Zero, _engine.Storage.LongestReady);
        await _engine.Create(priority: -1);
        _engine.Advance(3);
        await _engine.Create(queue: "other");
        _engine.Advance(4);

        Assert.Equal(TimeSpan.FromSeconds(7), _engine.Storage.LongestReady);
        await _engine.Acquire();
        Assert.Equal(TimeSpan.FromSeconds(4), _engine.Storage.LongestReady);
    }

    private async Task<string> Take(string[] queues, int max) =>
        string.Concat((await _engine.Work.AcquireAsync(Call(queues, max), Ended)).Tasks.Select(static task => task.Task.Work!.Queue[0]));

    public void Dispose() => _engine.Dispose();
}
