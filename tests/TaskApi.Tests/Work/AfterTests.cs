using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Tasks that wait for others: when their delay begins, and what they are shown as until then.</summary>
public sealed class AfterTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Dependant_UntilItsDependencyIsDone_WaitsAndIsHandedToNobody()
    {
        var first = await _engine.Create();
        var second = await _engine.Create(Spec().After(first.Id));

        Assert.Equal((TaskState.Pending, 1, WorkAfter.NotDue), (second.State, second.Work!.AfterLeft, second.DueAt));
        Assert.Equal([first.Id], second.Work.After!.Ids);
        Assert.Equivalent(second, await _engine.Find(second.Id), strict: true);
        Assert.Equal(first.Id, Assert.Single(await _engine.Acquire(max: 10, leaseSeconds: 3600)).Task.Id);
        _engine.Advance(3599);
        Assert.Empty(await _engine.Acquire());
    }

    [Fact]
    public async Task Dependant_OnceItsDependencyCompletes_IsDueAndKnowsWhatItWaitedFor()
    {
        var leased = await _engine.Start();
        var second = await _engine.Create(Spec().After(leased.Task.Id));

        await _engine.Return(leased.Token);

        var released = await _engine.Find(second.Id);
        Assert.Equal((0, _engine.Clock.GetUtcNow()), (released.Work!.AfterLeft, released.DueAt));
        Assert.NotEqual(second.Version, released.Version);
        var started = Assert.Single(await _engine.Acquire());
        Assert.Equal((second.Id, leased.Task.Id), (started.Task.Id, Assert.Single(started.Task.Work!.After!.Ids)));
    }

    [Fact]
    public async Task Dependant_OfSeveral_CountsThemDownAndWaitsForTheLast()
    {
        var ids = await _engine.CreateMany(Spec(), Spec(), Spec());
        var last = await _engine.Create(Spec(queue: "last").After([.. ids, ids[0]]));
        Assert.Equal((3, 3), (last.Work!.AfterLeft, last.Work.After!.Ids.Count));
        var leased = await _engine.Acquire(max: 3);

        for (var left = 2; left >= 0; left--)
        {
            await _engine.Return(leased[left].Token);
            Assert.Equal(left, await _engine.Left(last.Id));
            Assert.Equal(left == 0 ? 1 : 0, (await _engine.Stats()).Ready);
        }

        Assert.Equal(last.Id, Assert.Single(await _engine.Acquire("last")).Task.Id);
    }

    [Fact]
    public async Task Delay_OfADependant_BeginsWhenAllAreDone()
    {
        var leased = await _engine.Start(leaseSeconds: 3600);
        var later = await _engine.Create(Spec(10).After(leased.Task.Id));
        _engine.Advance(100);
        await _engine.Return(leased.Token);

        Assert.Equal(_engine.Clock.GetUtcNow().AddSeconds(10), (await _engine.Find(later.Id)).DueAt);
        _engine.Advance(9.999);
        Assert.Empty(await _engine.Acquire());
        _engine.Advance(0.001);
        Assert.Equal(later.Id, Assert.Single(await _engine.Acquire()).Task.Id);
    }

    [Theory]
    [InlineData(50, 100)]
    [InlineData(150, 150)]
    public async Task DueTime_OfADependant_IsTheLaterOfBoth(double asked, double expected)
    {
        var began = _engine.Clock.GetUtcNow();
        var leased = await _engine.Start(leaseSeconds: 3600);
        var later = await _engine.Create((Spec() with { Schedule = new TaskSchedule(0, began.AddSeconds(asked)) }).After(leased.Task.Id));
        _engine.Advance(100);

        await _engine.Return(leased.Token);

        Assert.Equal(began.AddSeconds(expected), (await _engine.Find(later.Id)).DueAt);
        _engine.Advance(50);
        Assert.Equal(later.Id, Assert.Single(await _engine.Acquire()).Task.Id);
    }

    [Fact]
    public async Task Reschedule_OfADependant_CountsFromItsReleaseOn()
    {
        var leased = await _engine.Start();
        var second = await _engine.Create(Spec(5, queue: "a").After(leased.Task.Id));

        var changed = await _engine.Storage.RescheduleAsync("", second.Id, new TaskRevision(new TaskSchedule(7), Message: null, Json("2"), 9), condition: null, Ended);
        Assert.Equal((AnswerStatus.Ok, WorkAfter.NotDue, 7), (changed.Status, changed.Task!.DueAt, changed.Task.DelaySeconds));
        _engine.Advance(20);
        Assert.Empty(await _engine.Acquire("a"));
        await _engine.Return(leased.Token);

        var released = await _engine.Find(second.Id);
        Assert.Equal((_engine.Clock.GetUtcNow().AddSeconds(7), "2", 9), (released.DueAt, Text(released.Work!.Input), released.Work.Priority));
    }

    [Fact]
    public async Task Dependant_OfWhatIsDoneAlready_DoesNotWait()
    {
        var leased = await _engine.Start();
        await _engine.Return(leased.Token);
        var open = await _engine.Create(Spec(60));

        var free = await _engine.Create(Spec().After(leased.Task.Id));
        var waits = await _engine.Create(Spec().After(leased.Task.Id, open.Id));

        Assert.Equal((0, 1), (free.Work!.AfterLeft, waits.Work!.AfterLeft));
        Assert.Equal(_engine.Clock.GetUtcNow(), free.DueAt);
        Assert.Equal(free.Id, Assert.Single(await _engine.Acquire(max: 5)).Task.Id);
    }

    [Fact]
    public async Task Dependant_OfADelayedMessage_IsReleasedWhenThatComesDue()
    {
        var message = await _engine.Create(Message(5));
        var second = await _engine.Create(Spec().After(message.Id));
        Assert.Equivalent(message, await _engine.Find(message.Id), strict: true);
        _engine.Advance(4.999);
        Assert.Equal(1, await _engine.Left(second.Id));

        _engine.Advance(0.001);

        Assert.EndsWith(" m", (await _engine.Find(message.Id)).Result, StringComparison.Ordinal);
        Assert.Equal(second.Id, Assert.Single(await _engine.Acquire()).Task.Id);
    }

    [Fact]
    public async Task Places_InABatch_MakeAWholeFlow()
    {
        var ids = await _engine.CreateMany(Message(1), Spec().AfterPlaces(0), Spec().AfterPlaces(0), Spec().AfterPlaces(1, 2));

        Assert.Empty(await _engine.RunAll());
        _engine.Advance(1);

        Assert.Equal([ids[1], ids[2], ids[3]], await _engine.RunAll());
        Assert.Equal([ids[1], ids[2]], (await _engine.Find(ids[3])).Work!.After!.Ids);
    }

    [Fact]
    public async Task Unknown_OrAnotherOwners_IsRefusedAndNothingIsCreated()
    {
        var theirs = await _engine.Create(Spec(60), "somebody");
        var unknown = Guid.CreateVersion7();

        var answer = await _engine.Storage.CreateAsync("", Spec().After(theirs.Id, unknown), watch: false, Ended);
        var many = await _engine.Storage.CreateManyAsync("", [Spec(), Spec().After(theirs.Id)], watch: false, Ended);

        Assert.Equal((AnswerStatus.DependencyNotFound, AnswerStatus.DependencyNotFound, 1), (answer.Status, many.Status, many.After!.Index));
        Assert.Equal([theirs.Id.ToString(), unknown.ToString()], answer.After!.Ids);
        Assert.Equal(0, (await _engine.Stats()).Created);
    }

    [Fact]
    public async Task Watch_ADependant_IsToldOfItsEnd()
    {
        var leased = await _engine.Start();
        var answer = await _engine.Storage.CreateAsync("", Spec().After(leased.Task.Id), watch: true, Ended);
        await _engine.Return(leased.Token);

        await _engine.RunAll();

        Assert.Equal(TaskState.Completed, (await answer.Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended)).State);
    }

    [Fact]
    public async Task Acquire_ThatWaits_GetsWhatIsReleased()
    {
        var leased = await _engine.Start();
        var second = await _engine.Create(Spec(queue: "b").After(leased.Task.Id));
        var waiting = _engine.Work.AcquireAsync(Call(["b"], waitSeconds: 60), Ended).AsTask();

        await _engine.Return(leased.Token);

        Assert.Equal(second.Id, Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(30), Ended)).Tasks).Task.Id);
    }

    public void Dispose() => _engine.Dispose();
}
