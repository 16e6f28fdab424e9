using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>What follows of tasks that are forgotten as soon as they are done.</summary>
public sealed class ForgottenAtOnceTests
{
    // More than are seen to under one hold of the lock.
    private const int Many = 600;

    // So many that those that have been forgotten give their memory back meanwhile.
    private const int VeryMany = 5_000;

    [Theory]
    [InlineData(0, 3600)]
    [InlineData(5, 3600)]
    [InlineData(1_000_000, 0)]
    public async Task Cancel_ByForceOfAGatherWithManyTasks_CancelsThemAll(int maxFinished, int retentionSeconds)
    {
        using var engine = new WorkFixture(options => (options.MaxFinished, options.Retention, options.MaxPending) = (maxFinished, TimeSpan.FromSeconds(retentionSeconds), VeryMany + 1));
        var gather = await engine.Create(GatherOf([.. Enumerable.Range(0, VeryMany).Select(static _ => Spec(60))]));

        Assert.Equal(AnswerStatus.Ok, (await engine.Cancel(gather.Id, force: true)).Status);

        await Settled(engine);
        Assert.Equal(VeryMany + 1, (await engine.Stats()).Cancelled);
        await engine.CreateMany([.. Enumerable.Range(0, VeryMany + 1).Select(static _ => Spec())]);
    }

    [Fact]
    public async Task Batch_OfWhichOneWaitsForOneThatIsCancelledAtOnce_CancelsBoth()
    {
        using var engine = new WorkFixture(static options => (options.MaxFinished, options.MaxPending) = (0, 2));
        var failed = await Fail(engine);

        var batch = await engine.Storage.CreateManyAsync("", [Spec().After(failed), Spec().AfterPlaces(0)], watch: true, Ended);

        Assert.Equal(AnswerStatus.Ok, batch.Status);
        foreach (var task in batch.Tasks) Assert.Equal(TaskState.Cancelled, (await task.Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended)).State);
        Assert.Equal(AnswerStatus.NotFound, (await engine.Storage.FindAsync("", batch.Tasks[1].Task.Id, Ended)).Status);
        await engine.CreateMany(Spec(), Spec());
    }

    [Fact]
    public async Task Gather_WhoseTaskIsCancelledAtOnce_Ends()
    {
        using var engine = new WorkFixture(static options => options.MaxFinished = 0);
        var failed = await Fail(engine);

        var gather = await engine.Create(GatherOf(Spec().After(failed)));

        Assert.Equal(TaskState.Failed, await engine.StateOf(gather.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Many)]
    public async Task Gather_HoweverItEnds_LeavesNothingBehind(int members)
    {
        using var engine = new WorkFixture(static options => options.MaxFinished = options.MaxFailed = 0);
        var specs = Enumerable.Range(0, members).Select(static _ => Spec()).ToArray();

        await engine.Create(GatherOf(specs));
        await engine.RunAll();
        var failing = await engine.Create(GatherOf(GatherRules.CancelOthers, specs));
        await engine.Raise(Assert.Single(await engine.Acquire()).Token, retry: false);
        var gather = await engine.Create(GatherOf(specs));
        await engine.Cancel(gather.Id, force: true);

        await Settled(engine);
        engine.AssertNothingIsLeft();
        Assert.Equal(AnswerStatus.NotFound, (await engine.Storage.FindAsync("", failing.Id, Ended)).Status);
    }

    private static async Task<Guid> Fail(WorkFixture engine)
    {
        var failed = await engine.Start();
        await engine.Raise(failed.Token, retry: false);
        return failed.Task.Id;
    }

    private static Task Settled(WorkFixture engine) => engine.Until(static stats => stats is { Pending: 0, Running: 0 });
}
