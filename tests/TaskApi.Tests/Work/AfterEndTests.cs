using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>What becomes of tasks that wait when one of those that they wait for doesn't complete, and when they end themselves.</summary>
public sealed class AfterEndTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Dependency_ThatFails_CancelsWhoReliesOnItAndReleasesWhoDoesNot()
    {
        var leased = await _engine.Start();
        var relies = await _engine.Create(Spec(queue: "a").After(leased.Task.Id));
        var after = await _engine.Create(Spec(queue: "b").After(AfterRule.Done, leased.Task.Id));

        await _engine.Raise(leased.Token);

        var cancelled = await _engine.Find(relies.Id);
        Assert.Equal((TaskState.Cancelled, TaskError.Dependency), (cancelled.State, cancelled.Error!.Reason));
        Assert.Contains(leased.Task.Id.ToString(), cancelled.Error.Detail, StringComparison.Ordinal);
        Assert.Equal(0, cancelled.Work!.AfterLeft);
        Assert.Empty(await _engine.Acquire("a"));
        Assert.Equal(after.Id, Assert.Single(await _engine.Acquire("b")).Task.Id);
        Assert.Equal((1, 1, 1), (await _engine.Stats() is var stats ? (stats.Cancelled, stats.Failed, stats.Running) : default));
    }

    [Fact]
    public async Task Dependency_ThatGoesOnAfterAnError_KeepsItsDependantsWaiting()
    {
        var leased = await _engine.Start(Spec(retry: Twice));
        var second = await _engine.Create(Spec().After(leased.Task.Id));

        await _engine.Raise(leased.Token);
        Assert.Equal(1, await _engine.Left(second.Id));
        _engine.Advance(5);

        Assert.Equal([leased.Task.Id, second.Id], await _engine.RunAll());
    }

    [Fact]
    public async Task Dependency_ThatEndsInAnyWay_LetsNobodyWait()
    {
        var (lost, limited, forced) = (await _engine.Start(Spec(retry: new RetryPolicy { MaxLosses = 0 })), await _engine.Start(Spec(timeoutSeconds: 50), leaseSeconds: 3600), await _engine.Start(leaseSeconds: 3600));
        var ids = await _engine.CreateMany(Spec(60), Spec(60, group: "g"), Spec(60, timeoutSeconds: 50), Message(60), Message(60, "g"), Message(60) with { TimeoutSeconds = 50 });
        Guid[] all = [lost.Task.Id, limited.Task.Id, forced.Task.Id, .. ids];
        var dependants = await _engine.CreateMany([.. all.Select(static id => Spec(queue: "d").After(AfterRule.Done, id))]);

        await _engine.Cancel(forced.Task.Id, force: true);
        await _engine.Cancel(ids[0]);
        await _engine.Cancel(ids[3]);
        await _engine.Storage.CancelAllAsync("", new CancelQuery("g"), new TaskError(TaskError.Cancelled, null), Ended);
        _engine.Advance(30);
        _engine.Advance(20);
        _engine.Advance(10);

        foreach (var id in all) Assert.True((await _engine.Find(id)).IsDone);
        Assert.Equal(dependants.ToHashSet(), (await _engine.Acquire("d", max: 20)).Select(static task => task.Task.Id).ToHashSet());
    }

    [Fact]
    public async Task Dependency_ThatIsCancelled_CancelsAWholeChain()
    {
        var specs = Enumerable.Range(0, 3000).Select(static i => i == 0 ? Message(60) : Spec(i % 7).AfterPlaces(i - 1)).ToArray();
        var ids = await _engine.CreateMany(specs);

        await _engine.Cancel(ids[0]);

        await _engine.Until(ids[0], static stats => stats.Pending == 0);
        Assert.Equal((3000, 0), (await _engine.Stats() is var stats ? (stats.Cancelled, stats.Pending) : default));
        var last = await _engine.Find(ids[^1]);
        Assert.Equal((TaskState.Cancelled, TaskError.Dependency), (last.State, last.Error!.Reason));
        Assert.Contains(ids[^2].ToString(), last.Error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dependency_OfThousands_ReleasesThemAll()
    {
        var leased = await _engine.Start();
        for (var i = 0; i < 3; i++) await _engine.CreateMany([.. Enumerable.Repeat(Spec(queue: "wide").After(leased.Task.Id), 1000)]);

        await _engine.Return(leased.Token);

        await _engine.Until(leased.Task.Id, static stats => stats.Ready == 3000);
        Assert.Equal(3000, (await _engine.RunAll("wide")).Count);
    }

    [Fact]
    public async Task Diamonds_OfAThousandTasks_RunThroughInOrder()
    {
        var specs = new List<TaskSpec> { Spec() };
        for (var i = 1; i < 1000; i += 3) specs.AddRange([Spec().AfterPlaces(i - 1), Spec().AfterPlaces(i - 1), Spec().AfterPlaces(i, i + 1)]);
        var ids = await _engine.CreateMany([.. specs]);

        Assert.Equal(ids, await _engine.RunAll());
    }

    [Fact]
    public async Task Dependant_OfWhatHasFailedAlready_IsCancelledAtItsCreation()
    {
        var leased = await _engine.Start();
        await _engine.Raise(leased.Token);

        var answer = await _engine.Storage.CreateAsync("", Spec().After(leased.Task.Id), watch: true, Ended);

        Assert.Equal((AnswerStatus.Ok, TaskState.Cancelled, TaskError.Dependency), (answer.Status, answer.Task!.State, answer.Task.Error!.Reason));
        Assert.Equal(TaskState.Cancelled, await _engine.StateOf(answer.Task.Id));
        Assert.Empty(await _engine.Acquire());
        Assert.Equal(0, (await _engine.Create(Spec().After(AfterRule.Done, leased.Task.Id))).Work!.AfterLeft);
    }

    [Fact]
    public async Task Cancel_ADependant_EndsItAndWhoWaitsForIt()
    {
        var leased = await _engine.Start();
        var second = await _engine.Create(Spec().After(leased.Task.Id));
        var third = await _engine.Create(Spec().After(second.Id));

        Assert.Equal(TaskState.Cancelled, (await _engine.Cancel(second.Id, "no")).Task!.State);

        Assert.Equal(TaskError.Dependency, (await _engine.Find(third.Id)).Error!.Reason);
        await _engine.Return(leased.Token);
        Assert.Equal("no", (await _engine.Find(second.Id)).Error!.Detail);
        Assert.Empty(await _engine.Acquire());
        Assert.Equal((0, 0), (await _engine.Stats() is var stats ? (stats.Pending, stats.Ready) : default));
    }

    [Fact]
    public async Task Timeout_OfADependant_EndsIt()
    {
        var leased = await _engine.Start(leaseSeconds: 3600);
        var second = await _engine.Create(Spec(timeoutSeconds: 5).After(leased.Task.Id));

        _engine.Advance(5);

        Assert.Equal((TaskState.Cancelled, TaskError.Timeout), (await _engine.Find(second.Id) is var task ? (task.State, task.Error!.Reason) : default));
        await _engine.Return(leased.Token);
        Assert.Empty(await _engine.Acquire());
    }

    [Fact]
    public async Task Unique_Dependants_AreOneAndKeepWaiting()
    {
        var leased = await _engine.Start();
        var spec = Spec().After(leased.Task.Id);
        var only = spec with { Work = spec.Work! with { Unique = new UniqueTask("k", UniqueScope.Unfinished, UniqueConflict.Replace), Input = Json("2") } };
        var first = await _engine.Create(only);

        var again = await _engine.Storage.CreateAsync("", only, watch: false, Ended);

        Assert.Equal((first.Id, true, 1), (again.Task!.Id, again.IsExisting, again.Task.Work!.AfterLeft));
        await _engine.Return(leased.Token);
        Assert.Equal([first.Id], await _engine.RunAll());
    }

    [Fact]
    public async Task Flows_WhenAllAreForgotten_LeaveNothing()
    {
        var ids = await _engine.CreateMany(Message(60), Spec().AfterPlaces(0), Spec().AfterPlaces(0, 1), Spec().AfterPlaces(2), Spec().AfterPlaces(0), Spec(5).AfterPlaces(0, 4));
        await _engine.Cancel(ids[4]);
        _engine.Advance(60);
        Assert.Equal([ids[1], ids[2], ids[3]], await _engine.RunAll());
        Assert.Equal(TaskState.Cancelled, await _engine.StateOf(ids[5]));

        for (var i = 0; i < 3; i++) _engine.Advance(7200);

        _engine.AssertNothingIsLeft();
    }

    [Fact]
    public void Refusal_OfWhatWouldBeTooDeep_SaysWhich()
    {
        TaskSpec[] specs = [Spec(), Spec().After(Guid.CreateVersion7()), Spec().AfterPlaces(1)];

        Assert.Null(AfterCheck.Refusal(specs, static _ => WorkAfter.MostDepth - 2));
        Assert.Equal((AnswerStatus.TooDeep, 2), (AfterCheck.Refusal(specs, static _ => WorkAfter.MostDepth - 1) is { } refused ? (refused.Status, refused.Index) : default));
    }

    [Fact]
    public async Task Rerun_ADependant_WaitsForNobody()
    {
        var leased = await _engine.Start();
        var second = await _engine.Create(Spec().After(leased.Task.Id));
        await _engine.Raise(leased.Token);

        var again = (await _engine.Storage.History.RerunAsync("", second.Id, Ended)).Task!;

        Assert.Equal((null, 0, TaskState.Pending), (again.Work!.After, again.Work.AfterLeft, again.State));
        Assert.Equal(again.Id, Assert.Single(await _engine.Acquire()).Task.Id);
    }

    public void Dispose() => _engine.Dispose();
}
