using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Gathers that bring their tasks along, and those that cancel the others when one fails: asyncio.TaskGroup as a task of its own.</summary>
public sealed class GatherGroupTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Create_WithTasks_CreatesThemAsItsChildren()
    {
        var gather = await _engine.Create(GatherOf(Spec(queue: "a"), Message(5), Spec(queue: "b", delaySeconds: 5)));

        Assert.Equal((4, 3, 1), (await _engine.Stats() is var stats ? (stats.Created, stats.Pending, stats.Running) : default));
        var children = await _engine.ChildrenOf(gather.Id);
        Assert.Equal(["a", "b"], [(await _engine.Find(children[0])).Work!.Queue, (await _engine.Find(children[1])).Work!.Queue]);
        await _engine.RunAll("a");
        _engine.Advance(5);
        await _engine.RunAll("b");
        Assert.Matches(@"^\[1,""..:..:.. m"",1\]$", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Create_WithGathersWithin_WaitsForAllOfThem()
    {
        var gather = await _engine.Create(GatherOf(GatherOf(Spec(queue: "a"), GatherOf(Spec(queue: "b"))), Spec(queue: "a")));

        await _engine.RunAll("a");
        Assert.Equal("Running", await _engine.Outcome(gather.Id));
        await _engine.RunAll("b");

        Assert.Equal("[[1,[1]],1]", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Create_ForWhichThereIsNoRoom_CreatesNothing()
    {
        using var engine = new WorkFixture(static options => options.MaxPending = 3);

        Assert.Equal(AnswerStatus.CapacityReached, (await engine.Storage.CreateAsync("", GatherOf(Spec(), Spec(), Spec()), watch: false, Ended)).Status);
        Assert.Equal(0, (await engine.Stats()).Created);
        await engine.Create(GatherOf(Spec(), Spec()));
    }

    [Fact]
    public async Task Create_WithATaskThatThereIs_GathersThatOne()
    {
        var unique = Spec() is var spec ? spec with { Work = spec.Work! with { Unique = new UniqueTask("only", UniqueScope.Unfinished, UniqueConflict.Existing) } } : null!;
        await _engine.Create(unique);

        var gather = await _engine.Create(GatherOf(unique, Spec(queue: "b")));

        Assert.Equal(3, (await _engine.Stats()).Created);
        await _engine.RunAll();
        await _engine.RunAll("b");
        Assert.Equal("[1,1]", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Cancel_OfAGatherWithTasks_CancelsThemAndWaitsForTheirCleaningUp()
    {
        var gather = await _engine.Create(GatherOf(Spec(queue: "a"), Spec(queue: "b", delaySeconds: 100), Message(100)));
        var running = Assert.Single(await _engine.Acquire("a"));

        var answer = await _engine.Cancel(gather.Id);

        Assert.Equal((TaskState.Running, true), (answer.Task!.State, answer.Task.Work!.CancelRequested));
        Assert.Equal((0, 2, 2), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running, stats.Cancelled) : default));
        Assert.Equal("asked", await _engine.Outcome(running.Task.Id));
        Assert.Equal("asked", await _engine.Outcome(gather.Id));
        await _engine.Finish(WorkOutcome.Ended(running.Token));
        Assert.Equal("Cancelled cancelled: ", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Cancel_OfAGatherWhoseTaskNeverLooks_EndsWithTheTasksGrace()
    {
        var gather = await _engine.Create(GatherOf(GatherOf(Spec(queue: "a"))) with { TimeoutSeconds = 20 });
        var running = Assert.Single(await _engine.Acquire("a", leaseSeconds: 300));

        _engine.Advance(20);
        Assert.Equal("asked", await _engine.Outcome(gather.Id));
        _engine.Advance(11);

        Assert.Equal(TaskState.Cancelled, await _engine.StateOf(running.Task.Id));
        Assert.Equal("Cancelled timeout: ", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Cancel_ByForce_EndsTheGatherAtOnceAndAsksItsTasks()
    {
        var gather = await _engine.Create(GatherOf(Spec(queue: "a"), Spec(queue: "a")));
        var running = Assert.Single(await _engine.Acquire("a"));

        var answer = await _engine.Storage.CancelAsync("", gather.Id, new TaskError("cancelled", null), condition: null, force: true, Ended);

        Assert.Equal(TaskState.Cancelled, answer.Task!.State);
        Assert.Equal("asked", await _engine.Outcome(running.Task.Id));
        Assert.Equal((0, 1, 2), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running, stats.Cancelled) : default));
    }

    [Fact]
    public async Task Fail_InAGroup_CancelsTheOthersAndFailsWhenAllHaveEnded()
    {
        var (first, second) = (await _engine.Start(), await _engine.Start());
        var pending = await _engine.Create();
        var group = await _engine.Create(Gather(GatherRules.CancelOthers, pending.Id, first.Task.Id, second.Task.Id));

        await _engine.Raise(first.Token);

        Assert.Equal(TaskState.Cancelled, await _engine.StateOf(pending.Id));
        Assert.Equal("asked", await _engine.Outcome(second.Task.Id));
        Assert.Equal("Running", await _engine.Outcome(group.Id));
        await _engine.Raise(second.Token, reason: "KeyError");
        var error = (await _engine.Find(group.Id)).Error!;
        Assert.Equal(("ExceptionGroup", $"2 of 3 tasks failed:\n[1] {first.Task.Id} ValueError: boom\n[2] {second.Task.Id} KeyError: boom"), (error.Reason, error.Detail));
    }

    [Fact]
    public async Task Cancel_OfAChildOfAGroup_IsNoFailureAndItsResultIsNull()
    {
        var (member, other) = (await _engine.Create(), await _engine.Start(Spec(queue: "b")));
        var group = await _engine.Create(Gather(GatherRules.CancelOthers, member.Id, other.Task.Id));

        await _engine.Cancel(member.Id);
        await _engine.Return(other.Token, "5");

        Assert.Equal("[null,5]", await _engine.Outcome(group.Id));
    }

    [Fact]
    public async Task Cancel_OfAChildByItself_IsNoFailureOfTheGroup()
    {
        var (ending, other) = (await _engine.Start(), await _engine.Start(Spec(queue: "b")));
        var group = await _engine.Create(Gather(GatherRules.CancelOthers, ending.Task.Id, other.Task.Id));

        await _engine.Finish(WorkOutcome.Ended(ending.Token));
        Assert.Equal("Failed CancelledError: ", await _engine.Outcome(ending.Task.Id));
        Assert.Equal("Running", await _engine.Outcome(other.Task.Id));
        await _engine.Return(other.Token, "5");

        Assert.Equal("[null,5]", await _engine.Outcome(group.Id));
    }

    [Fact]
    public async Task Cancel_OfAChildByItself_IsNotAmongTheFailuresOfTheGroup()
    {
        var (ending, failing) = (await _engine.Start(), await _engine.Start(Spec(queue: "b")));
        await _engine.Finish(WorkOutcome.Ended(ending.Token));
        var group = await _engine.Create(Gather(GatherRules.CancelOthers, ending.Task.Id, failing.Task.Id));
        Assert.Equal("Running", await _engine.Outcome(group.Id));

        await _engine.Raise(failing.Token);

        Assert.Equal($"Failed ExceptionGroup: 1 of 2 tasks failed:\n[1] {failing.Task.Id} ValueError: boom", await _engine.Outcome(group.Id));
    }

    [Fact]
    public async Task Fail_InAGroupWithinAGroup_EndsBothAndCancelsAll()
    {
        var outer = await _engine.Create(GatherOf(GatherRules.CancelOthers, GatherOf(GatherRules.CancelOthers, Spec(queue: "a"), Spec(queue: "b")), Spec(queue: "c")));
        var failing = Assert.Single(await _engine.Acquire("a"));
        var cleaning = Assert.Single(await _engine.Acquire("b"));

        await _engine.Raise(failing.Token);
        Assert.Equal("Running", await _engine.Outcome(outer.Id));
        await _engine.Finish(WorkOutcome.Ended(cleaning.Token));

        var inner = (await _engine.ChildrenOf(outer.Id))[0];
        Assert.StartsWith("Failed ExceptionGroup: 1 of 2 tasks failed:", await _engine.Outcome(inner), StringComparison.Ordinal);
        Assert.StartsWith("Failed ExceptionGroup: 1 of 2 tasks failed:", await _engine.Outcome(outer.Id), StringComparison.Ordinal);
        Assert.Equal((0, 0), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running) : default));
    }

    [Fact]
    public async Task Fail_WhileAGroupIsBeingCancelled_FailsTheGroup()
    {
        var group = await _engine.Create(GatherOf(GatherRules.CancelOthers, Spec(queue: "a"), Spec(queue: "a")));
        var running = Assert.Single(await _engine.Acquire("a"));
        await _engine.Cancel(group.Id);

        await _engine.Raise(running.Token);

        Assert.StartsWith("Failed ExceptionGroup: 1 of 2 tasks failed:", await _engine.Outcome(group.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_OfAGatherOfThousands_CancelsAllOfThem()
    {
        var gather = await _engine.Create(GatherOf([.. Enumerable.Range(0, 2500).Select(static _ => Spec(delaySeconds: 60))]));

        await _engine.Cancel(gather.Id);

        await _engine.Until(gather.Id, static stats => stats is { Pending: 0, Running: 0, Cancelled: 2501 });
    }
}
