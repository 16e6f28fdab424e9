using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Engine;

public sealed class DrainTests
{
    [Fact]
    public async Task Drain_TasksWithinTheGraceAndBeyond_ComeDueOrAreCancelled()
    {
        using var engine = new EngineFixture();
        var soon = await engine.Create(3);
        var late = await engine.Create(60, owner: "somebody");
        var draining = engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        var refused = await engine.Storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(1) }, watch: false, CancellationToken.None);
        Assert.Equal(AnswerStatus.ShuttingDown, refused.Status);
        engine.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new DrainSummary(CameDue: 1, Cancelled: 1), await draining);
        Assert.Equal(TaskState.Completed, (await engine.Find(soon.Id))!.State);
        Assert.Equal(new TaskError("shutdown", null), (await engine.Find(late.Id, "somebody"))!.Error);
    }

    [Fact]
    public async Task Drain_NothingDueWithinTheGrace_DoesNotWait()
    {
        using var engine = new EngineFixture();
        for (var i = 0; i < 1_000; i++) await engine.Create(86_400);
        Assert.Equal(new DrainSummary(0, 1_000), await engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), CancellationToken.None));
    }

    [Fact]
    public async Task Drain_LastPendingTaskFinishes_EndsTheGrace()
    {
        using var engine = new EngineFixture();
        var task = await engine.Create(3);
        var draining = engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        Assert.False(draining.IsCompleted);
        await engine.Cancel(task.Id);
        Assert.Equal(new DrainSummary(1, 0), await draining);
    }
}
