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

    private static async Task Settled(WorkFixture engine)
    {
        while (await engine.Stats() is { Pending: > 0 } or { Running: > 0 })
        {
            Ended.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
