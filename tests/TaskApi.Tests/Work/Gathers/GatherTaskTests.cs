using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Tasks of type <c>gather</c>: asyncio.gather as a task of its own.</summary>
public sealed class GatherTaskTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Create_AGather_RunsAtOnceInNoQueueAndIsHandedToNobody()
    {
        var member = await _engine.Create();

        var gather = await _engine.Create(Gather(member.Id));

        Assert.Equal((TaskState.Running, 1, null, "", null), (gather.State, gather.Work!.Attempt, gather.Work.Worker, gather.Work.Queue, gather.Work.Lease));
        Assert.Empty(await _engine.Acquire("gather"));
        Assert.Equal((1, 1), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running) : default));
    }

    [Fact]
    public async Task Gather_OfTasksAndMessages_CompletesWithTheLastWithAllResultsInOrder()
    {
        var message = (await _engine.Create(Message(10))).Id;
        var (first, second) = (await _engine.Start(Spec(queue: "a")), await _engine.Start(Spec(queue: "b")));
        var gather = await _engine.Create(Gather(second.Task.Id, message, first.Task.Id, second.Task.Id));

        await _engine.Return(first.Token, """{"a":1.50}""");
        _engine.Advance(10);
        Assert.Equal("Running", await _engine.Outcome(gather.Id));
        await _engine.Return(second.Token, "[2]");

        Assert.Equal($$"""[[2],"{{(await _engine.Find(message)).Result}}",{"a":1.50},[2]]""", await _engine.Outcome(gather.Id));
        Assert.Equal((0, 0), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running) : default));
    }

    [Fact]
    public async Task Gather_OfWhatIsDone_CompletesAtOnce()
    {
        var done = await _engine.Start();
        await _engine.Return(done.Token, "7");

        var gather = await _engine.Create(Gather(done.Task.Id, done.Task.Id));

        Assert.Equal("[7,7]", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Gather_WhoseMemberFails_FailsAsItAtOnceAndLeavesTheOthersAlone()
    {
        var (failing, other) = (await _engine.Start(), await _engine.Start());
        var gather = await _engine.Create(Gather(other.Task.Id, failing.Task.Id));

        await _engine.Raise(failing.Token);

        Assert.Equal("Failed ValueError: boom", await _engine.Outcome(gather.Id));
        Assert.Equal(TaskState.Completed, (await _engine.Return(other.Token)).State);
        Assert.Equal("Failed ValueError: boom", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Gather_WhoseMemberIsCancelled_FailsWithCancelledError()
    {
        var (first, second) = (await _engine.Create(), await _engine.Create(Spec(timeoutSeconds: 3)));
        var (cancelled, timedOut) = (await _engine.Create(Gather(first.Id)), await _engine.Create(Gather(second.Id)));

        await _engine.Cancel(first.Id);
        _engine.Advance(3);

        Assert.Equal($"Failed CancelledError: The task {first.Id} was cancelled.", await _engine.Outcome(cancelled.Id));
        Assert.Equal("Failed CancelledError: timeout", await _engine.Outcome(timedOut.Id));
    }

    [Fact]
    public async Task Gather_ThatTakesFailures_CompletesWithNullForThem()
    {
        var (failing, other, cancelled) = (await _engine.Start(), await _engine.Start(), await _engine.Create());
        var gather = await _engine.Create(Gather(GatherRules.TakesFailures, failing.Task.Id, other.Task.Id, cancelled.Id));

        await _engine.Raise(failing.Token);
        await _engine.Cancel(cancelled.Id);
        await _engine.Return(other.Token, "true");

        Assert.Equal("[null,true,null]", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Cancel_OfAGatherOfIds_CancelsItAtOnceAndLeavesThemAlone()
    {
        var member = await _engine.Start();
        var gather = await _engine.Create(Gather(GatherRules.CancelOthers, member.Task.Id));

        Assert.Equal(TaskState.Cancelled, (await _engine.Cancel(gather.Id)).Task!.State);

        Assert.Equal(TaskState.Completed, (await _engine.Return(member.Token)).State);
        Assert.Equal("Cancelled cancelled: ", await _engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Timeout_OfAGather_CancelsIt()
    {
        var member = await _engine.Start();
        var gather = await _engine.Create(Gather(member.Task.Id) with { TimeoutSeconds = 5 });

        _engine.Advance(5);

        Assert.Equal("Cancelled timeout: ", await _engine.Outcome(gather.Id));
        Assert.Equal(TaskState.Completed, (await _engine.Return(member.Token)).State);
    }

    [Fact]
    public async Task Gather_OfAGatherAndAfterAGather_GoOnWithIt()
    {
        var member = await _engine.Start();
        var inner = await _engine.Create(Gather(member.Task.Id));
        var outer = await _engine.Create(Gather(inner.Id, member.Task.Id));
        var next = await _engine.Create(Spec(queue: "next").After(outer.Id));

        await _engine.Return(member.Token, "1");

        Assert.Equal("[[1],1]", await _engine.Outcome(outer.Id));
        Assert.Equal(next.Id, Assert.Single(await _engine.Acquire("next")).Task.Id);
    }

    [Fact]
    public async Task Gather_OfWhatDependsOnAFailure_HearsOfItsCancellation()
    {
        var failing = await _engine.Start();
        var dependant = await _engine.Create(Spec(queue: "next").After(failing.Task.Id));
        var gather = await _engine.Create(Gather(dependant.Id));

        await _engine.Raise(failing.Token);

        Assert.StartsWith("Failed CancelledError: dependency: The task", await _engine.Outcome(gather.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gather_WhoseMemberIsForgottenBefore_HasItsResultStill()
    {
        using var engine = new WorkFixture(static options => (options.Retention, options.MaxFinished) = (TimeSpan.FromSeconds(60), 10));
        var (first, second) = (await engine.Start(), await engine.Start());
        var gather = await engine.Create(Gather(first.Task.Id, second.Task.Id));
        await engine.Return(first.Token, "\"kept\"");
        await engine.Beat(new LeaseBeat(second.Token));

        for (var i = 0; i < 10; i++)
        {
            engine.Advance(20);
            await engine.Beat(new LeaseBeat(second.Token));
        }

        Assert.Equal(AnswerStatus.NotFound, (await engine.Storage.FindAsync("", first.Task.Id, Ended)).Status);
        await engine.Return(second.Token, "2");
        Assert.Equal("[\"kept\",2]", await engine.Outcome(gather.Id));
    }

    [Fact]
    public async Task Create_OfUnknownOrAnothersTasks_IsRefusedWithTheirIds()
    {
        var others = await _engine.Create(Spec(), owner: "b");
        var unknown = Guid.NewGuid();
        var spec = Gather(others.Id, unknown, unknown) with { };
        spec = spec with { Work = spec.Work! with { Gather = spec.Work.Gather! with { Ids = [.. spec.Work.Gather.Ids, new AfterTask(Guid.Empty) { Malformed = "x" }] } } };

        var answer = await _engine.Storage.CreateAsync("", spec, watch: false, Ended);

        Assert.Equal(AnswerStatus.DependencyNotFound, answer.Status);
        Assert.Equal([others.Id.ToString(), unknown.ToString(), "x"], answer.After!.Ids);
        Assert.Equal(0, (await _engine.Stats()).Created);
    }

    [Fact]
    public async Task Rerun_OfAGather_IsRefused()
    {
        var member = await _engine.Start();
        var gather = await _engine.Create(Gather(member.Task.Id));
        await _engine.Raise(member.Token);

        Assert.Equal(AnswerStatus.RunsOnce, (await _engine.Storage.History.RerunAsync("", gather.Id, Ended)).Status);
    }

    [Fact]
    public async Task Gather_OfTooMuch_FailsAndSaysSo()
    {
        var member = await _engine.Start();
        var ids = Enumerable.Repeat(member.Task.Id, 300).ToArray();
        var gather = await _engine.Create(Gather(ids));

        await _engine.Return(member.Token, $"\"{new string('x', 60_000)}\"");

        Assert.StartsWith("Failed result-too-large: ", await _engine.Outcome(gather.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gather_OfThousands_EndsWithTheLast()
    {
        var specs = Enumerable.Range(0, 3000).Select(static i => Spec(queue: "many", input: $"{i}")).ToArray();
        var gather = await _engine.Create(Gather(await _engine.CreateMany(specs)));
        for (var left = 3000; left > 0; left -= 1000)
        {
            Assert.Equal("Running", await _engine.Outcome(gather.Id));
            var leased = await _engine.Acquire("many", max: 1000);
            await _engine.Work.FinishAsync("", [.. leased.Select(static task => WorkOutcome.Returned(task.Token, task.Task.Work!.Input))], Ended);
        }

        await _engine.UntilDone(gather.Id, (await _engine.Create(Gather(gather.Id))).Id);
        Assert.Equal($"[{string.Join(',', Enumerable.Range(0, 3000))}]", await _engine.Outcome(gather.Id));
    }
}
