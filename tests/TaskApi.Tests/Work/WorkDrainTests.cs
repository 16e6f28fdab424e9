using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>What the end of the service is to work in memory.</summary>
public sealed class WorkDrainTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Drain_WhoWaitsForWork_IsToldAndGetsNothingMore()
    {
        var waiting = _engine.Work.AcquireAsync(Call(["resize"], waitSeconds: 60), Ended).AsTask();
        var leased = await _engine.Start(Spec(type: "other"));
        var held = _engine.BeatAndWait(60, new LeaseBeat(leased.Token));
        await _engine.Create(Spec(type: "another"));
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(60), count: 2);

        var drained = _engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), Ended);

        Assert.Equal(AnswerStatus.ShuttingDown, (await waiting.WaitAsync(TimeSpan.FromSeconds(30), Ended)).Status);
        Assert.True((await held.WaitAsync(TimeSpan.FromSeconds(30), Ended)).Drain);
        Assert.Equal(AnswerStatus.ShuttingDown, (await _engine.Work.AcquireAsync(Call(["another"]), Ended)).Status);
        Assert.Equal(TaskState.Completed, (await _engine.Return(leased.Token)).State);
        Assert.Equal(new DrainSummary(1, 1), await drained.WaitAsync(TimeSpan.FromSeconds(30), Ended));
    }

    [Fact]
    public async Task Drain_WhatStillRunsAfterTheGrace_IsAskedToEndThenCancelled()
    {
        var (ends, hangs) = (await _engine.Start(), await _engine.Start());
        var drained = _engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), Ended);
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(5));

        _engine.Advance(5);
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(1));
        Assert.Equal(TaskError.Shutdown, (await _engine.Find(ends.Task.Id)).Work!.CancelRequest!.Reason);
        Assert.Equal(TaskState.Completed, (await _engine.Return(ends.Token)).State);
        _engine.Advance(1);

        Assert.Equal(new DrainSummary(1, 1), await drained.WaitAsync(TimeSpan.FromSeconds(30), Ended));
        Assert.Equal((TaskState.Cancelled, TaskError.Shutdown), (await _engine.Find(hangs.Task.Id) is var task ? (task.State, task.Error!.Reason) : default));
    }

    [Fact]
    public async Task Drain_TwiceAtOnce_BothAreToldWhenNothingRunsAnyMore()
    {
        var leased = await _engine.Start();
        var first = _engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), Ended);
        var second = _engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), Ended);
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(5), count: 2);

        await _engine.Return(leased.Token);

        Assert.Equal(new DrainSummary(1, 0), await first.WaitAsync(TimeSpan.FromSeconds(30), Ended));
        Assert.Equal(new DrainSummary(1, 0), await second.WaitAsync(TimeSpan.FromSeconds(30), Ended));
    }

    [Fact]
    public async Task Drain_WithNothingButWorkThatIsDue_DoesNotWaitForIt()
    {
        await _engine.Create();

        Assert.Equal(new DrainSummary(0, 1), await _engine.Storage.DrainAsync(TimeSpan.FromSeconds(5), Ended).WaitAsync(TimeSpan.FromSeconds(30), Ended));
    }

    public void Dispose() => _engine.Dispose();
}
