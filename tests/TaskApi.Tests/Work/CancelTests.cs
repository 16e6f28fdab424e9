using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Cancelling as asyncio has it: a request.</summary>
public sealed class CancelTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Cancel_APendingTask_IsCancelledAtOnce()
    {
        var (waiting, ready) = (await _engine.Create(10), await _engine.Create());

        foreach (var task in new[] { waiting, ready })
            Assert.Equal(TaskState.Cancelled, (await _engine.Cancel(task.Id)).Task!.State);

        Assert.Empty(await _engine.Acquire());
        Assert.Equal((0, 0, 2), (await _engine.Stats() is var stats ? (stats.Pending, stats.Ready, stats.Cancelled) : default));
    }

    [Fact]
    public async Task Cancel_ARunningTask_IsARequestWhoseFirstReasonStays()
    {
        var leased = await _engine.Start();

        var first = await _engine.Cancel(leased.Task.Id, "first");
        var second = await _engine.Cancel(leased.Task.Id, "second");

        Assert.Equal((AnswerStatus.Ok, TaskState.Running, true), (first.Status, first.Task!.State, first.Task.Work!.CancelRequested));
        Assert.Equal((AnswerStatus.Ok, "first"), (second.Status, second.Task!.Work!.CancelRequest!.Detail));
        Assert.Equal(TaskState.Cancelled, (await _engine.Finish(WorkOutcome.Ended(leased.Token))).State);
        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal((TaskState.Cancelled, "first", false), (task.State, task.Error!.Detail, task.Work!.CancelRequested));
    }

    [Fact]
    public async Task Cancel_ACoroutineThatReturnsAllTheSame_IsCompleted()
    {
        var leased = await _engine.Start();
        await _engine.Cancel(leased.Task.Id);

        Assert.Equal(TaskState.Completed, (await _engine.Return(leased.Token)).State);
        Assert.Equal(AnswerStatus.AlreadyFinished, (await _engine.Cancel(leased.Task.Id)).Status);
    }

    [Fact]
    public async Task Cancel_ACoroutineThatRaisesSomethingElse_HasFailedWithoutAnotherAttempt()
    {
        var leased = await _engine.Start(Spec(retry: Twice));
        await _engine.Cancel(leased.Task.Id);

        Assert.Equal(TaskState.Failed, (await _engine.Raise(leased.Token)).State);
    }

    [Fact]
    public async Task Cancel_ACoroutineThatDoesNotEnd_IsCancelledAfterTheGrace()
    {
        var leased = await _engine.Start(leaseSeconds: 3600);
        await _engine.Cancel(leased.Task.Id, "why");

        _engine.Advance(9.999);
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id)).State);
        _engine.Advance(0.001);

        Assert.Equal((TaskState.Cancelled, "why"), (await _engine.Find(leased.Task.Id) is var task ? (task.State, task.Error!.Detail) : default));
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Finish(WorkOutcome.Ended(leased.Token))).Problem);
    }

    [Fact]
    public async Task Cancel_ByForce_GivesNoTimeToCleanUp()
    {
        var (asked, notAsked) = (await _engine.Start(), await _engine.Start());
        await _engine.Cancel(asked.Task.Id, "first");

        Assert.Equal((TaskState.Cancelled, "first"), (await _engine.Cancel(asked.Task.Id, "second", force: true) is var forced ? (forced.Task!.State, forced.Task.Error!.Detail) : default));
        Assert.Equal(TaskState.Cancelled, (await _engine.Cancel(notAsked.Task.Id, force: true)).Task!.State);
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(notAsked.Token)).Problem);
    }

    [Fact]
    public async Task Cancel_WhatIsThenLostOrReleased_IsNotBegunAgain()
    {
        var (lost, released) = (await _engine.Start(leaseSeconds: 5), await _engine.Start());
        await _engine.Cancel(lost.Task.Id);
        await _engine.Cancel(released.Task.Id);

        _engine.Advance(5);

        Assert.Equal(TaskState.Cancelled, (await _engine.Find(lost.Task.Id)).State);
        Assert.Equal(TaskState.Cancelled, (await _engine.Finish(WorkOutcome.Released(released.Token))).State);
    }

    [Fact]
    public async Task Timeout_OfAPendingTask_IsCancelledWhetherItIsDueOrNot()
    {
        var (waiting, ready) = (await _engine.Create(Spec(10, timeoutSeconds: 5)), await _engine.Create(Spec(timeoutSeconds: 5)));

        _engine.Advance(5);

        foreach (var id in new[] { waiting.Id, ready.Id })
            Assert.Equal((TaskState.Cancelled, TaskError.Timeout), (await _engine.Find(id) is var task ? (task.State, task.Error!.Reason) : default));
        Assert.Empty(await _engine.Acquire());
    }

    [Fact]
    public async Task Timeout_OfARunningTask_IsARequestWithReasonTimeout()
    {
        var leased = await _engine.Start(Spec(timeoutSeconds: 5), leaseSeconds: 3600);

        _engine.Advance(5);

        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal((TaskState.Running, TaskError.Timeout), (task.State, task.Work!.CancelRequest!.Reason));
        Assert.Equal(TaskError.Timeout, Assert.Single((await _engine.Beat(new LeaseBeat(leased.Token))).Cancel).Error.Reason);
        _engine.Advance(10);
        Assert.Equal((TaskState.Cancelled, TaskError.Timeout), (await _engine.Find(leased.Task.Id) is var ended ? (ended.State, ended.Error!.Reason) : default));
    }

    [Fact]
    public async Task Timeout_BetweenTwoAttempts_IsCancelled()
    {
        var leased = await _engine.Start(Spec(timeoutSeconds: 7, retry: new RetryPolicy { MaxAttempts = 5, InitialSeconds = 60, Jitter = 0 }));
        _engine.Advance(1);
        await _engine.Raise(leased.Token);

        _engine.Advance(5.999);
        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id)).State);
        _engine.Advance(0.001);
        Assert.Equal(TaskState.Cancelled, (await _engine.Find(leased.Task.Id)).State);
    }

    [Fact]
    public async Task CancelAll_WithPendingAndRunningOnes_CountsBoth()
    {
        var running = await _engine.Start(Spec(group: "g"));
        await _engine.Create(Spec(group: "g"));
        await _engine.Create(Spec(10, group: "g"));
        await _engine.Create();

        Assert.Equal(new CancelCounts(2, 1), await _engine.Storage.CancelAllAsync("", new CancelQuery("g"), new TaskError(TaskError.Cancelled, null), Ended));
        Assert.True((await _engine.Find(running.Task.Id)).Work!.CancelRequested);
        Assert.Equal(new CancelCounts(1, 0), await _engine.Storage.CancelAllAsync("", default, new TaskError(TaskError.Cancelled, null), Ended));
    }

    [Fact]
    public async Task Handler_InThisProcess_IsToldOfARequestAndOfALoss()
    {
        var holder = new Holder();
        var task = await _engine.Create();
        await _engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["resize"], 1, TimeSpan.Zero, holder), Ended);

        await _engine.Cancel(task.Id);
        await _engine.Cancel(task.Id);
        _engine.Advance(10);

        Assert.Equal([(TaskError.Cancelled, task.Id), ("lost", task.Id)], holder.Told);
    }

    public void Dispose() => _engine.Dispose();
}
