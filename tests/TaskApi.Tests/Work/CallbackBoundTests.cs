using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Callbacks where something is short: places, time that tasks are kept for, or steps.</summary>
public sealed class CallbackBoundTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(3600, 0)]
    public async Task Task_ThatIsForgottenAsItEnds_IsTold(double retentionSeconds, int maxFinished)
    {
        using var engine = new WorkFixture(options => (options.Retention, options.FailedRetention, options.MaxFinished, options.MaxFailed) = (TimeSpan.FromSeconds(retentionSeconds), TimeSpan.FromSeconds(retentionSeconds), maxFinished, maxFinished));
        var message = (await engine.Create(AfterFixture.Message(5).Calling())).Id;
        var cancelled = (await engine.Create(AfterFixture.Message(100).Calling())).Id;
        var (returned, raised) = (await engine.Start(Spec().Calling()), await engine.Start(Spec().Calling()));

        await engine.Return(returned.Token);
        await engine.Raise(raised.Token);
        await engine.Cancel(cancelled);
        engine.Advance(5);

        // Another step, for databases that forget a moment later.
        await engine.Cancel(cancelled);
        var types = (string[])[(await engine.Told(message)).Type!, (await engine.Told(cancelled)).Type!, (await engine.Told(returned.Task.Id)).Type!, (await engine.Told(raised.Task.Id)).Type!];
        Assert.Equal(["task.completed", "task.cancelled", "task.completed", "task.failed"], types);
    }

    [Fact]
    public async Task Task_WithNoRoomForAnother_IsDoneAndToldAllTheSame()
    {
        using var engine = new WorkFixture(static options => options.MaxPending = 2);
        var message = (await engine.Create(AfterFixture.Message(5).Calling())).Id;
        var leased = await engine.Start(Spec().Calling());

        Assert.Equal(TaskState.Completed, (await engine.Return(leased.Token)).State);
        engine.Advance(5);

        Assert.Equal(TaskState.Completed, await engine.StateOf(message));
        Assert.Equal(("task.completed", "task.completed"), ((await engine.Told(message)).Type, (await engine.Told(leased.Task.Id)).Type));
        Assert.Equal(2, (await engine.Stats()).Pending);
        Assert.Equal(AnswerStatus.CapacityReached, (await engine.Storage.CreateAsync("", Spec(), watch: false, Ended)).Status);
    }

    [Fact]
    public async Task Messages_ThatComeDueTogether_AreEachToldOnce()
    {
        using var engine = new WorkFixture();
        var ids = await engine.CreateMany([.. Enumerable.Repeat(AfterFixture.Message(5).Calling(), 2500)]);

        engine.Advance(5);

        await engine.Until(ids[0], static stats => stats.Completed == 2500);
        Assert.Equal(2500, await engine.CountCalls());
        Assert.Single(await engine.ChildrenOf(ids[0]));
        Assert.Single(await engine.ChildrenOf(ids[^1]));
    }

    [Fact]
    public async Task Callbacks_OfWhatIsForgotten_LeaveNothingBehind()
    {
        using var engine = new WorkFixture(static options => options.Retention = TimeSpan.FromSeconds(10));
        var ids = await engine.CreateMany([.. Enumerable.Repeat(AfterFixture.Message(5).Calling(TaskState.Failed), 20)]);
        var leased = await engine.Start(Spec().Calling(TaskState.Failed));
        await engine.Return(leased.Token);

        engine.Advance(30);
        for (var i = 0; i < 5; i++)
        {
            engine.Advance(30);
            await engine.Cancel(ids[0]);
        }

        engine.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Rerun_OfATaskWithACallback_CallsOnceMore()
    {
        using var engine = new WorkFixture();
        var leased = await engine.Start(Spec().Calling(TaskState.Completed));
        var message = (await engine.Create(AfterFixture.Message(0).Calling())).Id;
        await engine.Return(leased.Token);
        engine.Advance(1);
        Assert.Equal(TaskState.Completed, await engine.StateOf(message));

        var again = (await engine.Storage.History.RerunAsync("", leased.Task.Id, Ended)).Task!.Id;
        var sentAgain = (await engine.Storage.History.RerunAsync("", message, Ended)).Task!.Id;
        await engine.Return(Assert.Single(await engine.Acquire()).Token, "8");
        engine.Advance(1);

        Assert.Equal(TaskState.Completed, await engine.StateOf(sentAgain));
        Assert.Equal("8", (await engine.Told(again)).Task.GetProperty("result").GetRawText());
        Assert.Equal("task.completed", (await engine.Told(sentAgain)).Type);
    }

    [Fact]
    public async Task Callback_OfAnOwnersTask_IsThatOwnersAlone()
    {
        using var engine = new WorkFixture();
        var id = (await engine.Create(Spec().Calling(), owner: "north")).Id;
        await engine.Create(Spec(), owner: "south");

        await engine.Storage.CancelAsync("north", id, new TaskError(TaskError.Cancelled, null), condition: null, force: false, Ended);

        Assert.Single(await engine.ChildrenOf(id, "north"));
        Assert.Empty(await engine.ChildrenOf(id, "south"));
        Assert.Equal((2, 1), ((await engine.Stats("north")).Created, (await engine.Stats("south")).Created));
    }
}
