using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Tasks of type <c>future</c>: whoever has the token sets their result, or their error.</summary>
public sealed class FutureTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Create_AFuture_RunsAtOnceInNoQueueAndIsHandedToNobody()
    {
        var future = await _engine.Create(Future());

        Assert.Equal((TaskState.Running, 1, null, "", false), (future.State, future.Work!.Attempt, future.Work.Worker, future.Work.Queue, future.Work.CancelRequested));
        Assert.Equal(_engine.Clock.GetUtcNow(), future.Work.StartedAt);
        Assert.Equivalent(future with { Work = future.Work with { Lease = null } }, await _engine.Find(future.Id), strict: true);
        Assert.Equal((0, 1, 0, 1), (await _engine.Stats() is var stats ? (stats.Pending, stats.Running, stats.Ready, stats.Created) : default));
        Assert.Empty(await _engine.Storage.Queues.ListAsync("", "", 10, Ended));
        Assert.Empty(await _engine.Acquire("future"));
    }

    [Fact]
    public async Task Finish_WithAResult_IsCompletedOnce()
    {
        var (future, token) = await Begin();

        Assert.Equal(TaskState.Completed, (await _engine.Return(token, "[1]")).State);

        Assert.Equal(new FinishAnswer(FinishProblem.None, future, TaskState.Completed), await _engine.Return(token, "[1]"));
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(token, "[2]")).Problem);
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Raise(token)).Problem);
        var task = await _engine.Find(future);
        Assert.Equal((TaskState.Completed, "[1]"), (task.State, Text(task.Work!.Result!.Value)));
        Assert.Equal((1, null, AttemptOutcome.Completed), (await _engine.Attempts(future))[0] is var attempt ? (attempt.Number, attempt.Worker, attempt.Outcome) : default);
        Assert.Equal((0, 1), (await _engine.Stats() is var stats ? (stats.Running, stats.Completed) : default));
    }

    [Fact]
    public async Task Finish_WithAnError_IsFailedWithoutAnotherAttempt()
    {
        var (future, token) = await Begin();

        await _engine.Raise(token);

        Assert.Equal((TaskState.Failed, new TaskError("ValueError", "boom")), (await _engine.Find(future) is var task ? (task.State, task.Error) : default));
    }

    [Fact]
    public async Task Finish_WithARelease_LeavesItRunning()
    {
        var (future, token) = await Begin();

        Assert.Equal(new FinishAnswer(FinishProblem.None, future, TaskState.Running), await _engine.Finish(WorkOutcome.Released(token, 5)));

        Assert.Equal(TaskState.Running, (await _engine.Find(future)).State);
        Assert.Equal(TaskState.Completed, (await _engine.Return(token)).State);
    }

    [Fact]
    public async Task Future_WhateverTimePasses_IsNeverLost()
    {
        var (future, token) = await Begin();
        Assert.Empty((await _engine.Beat(new LeaseBeat(token, new WorkProgress(1, 2, "asked")))).Lost);

        _engine.Advance(86_400);

        var task = await _engine.Find(future);
        Assert.Equal((TaskState.Running, "asked"), (task.State, task.Work!.Progress!.Note));
        Assert.Empty((await _engine.Beat(new LeaseBeat(token))).Lost);
        Assert.Equal(TaskState.Completed, (await _engine.Return(token)).State);
    }

    [Fact]
    public async Task Timeout_OfAFuture_CancelsItAtOnce()
    {
        var (future, token) = await Begin(timeoutSeconds: 5);
        _engine.Advance(4.999);
        Assert.Equal(TaskState.Running, (await _engine.Find(future)).State);

        _engine.Advance(0.001);

        Assert.Equal((TaskState.Cancelled, TaskError.Timeout), (await _engine.Find(future) is var task ? (task.State, task.Error!.Reason) : default));
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(token)).Problem);
    }

    [Fact]
    public async Task Cancel_AFuture_CancelsItAtOnceHoweverItIsAsked()
    {
        var futures = new[] { await Begin(), await Begin() };

        Assert.Equal(TaskState.Cancelled, (await _engine.Cancel(futures[0].Id, "no")).Task!.State);
        Assert.Equal(new CancelCounts(1, 0), await _engine.Storage.CancelAllAsync("", default, new TaskError(TaskError.Cancelled, null), Ended));

        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(futures[0].Token)).Problem);
        Assert.Equal((0, 2), (await _engine.Stats() is var stats ? (stats.Running, stats.Cancelled) : default));
    }

    [Fact]
    public async Task Heartbeat_HeldWithItsToken_IsToldThatItIsCancelled()
    {
        var (future, token) = await Begin();
        var beating = _engine.BeatAndWait(60, new LeaseBeat(token));
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(60));

        await _engine.Cancel(future);

        var answer = await beating.WaitAsync(TimeSpan.FromSeconds(30), Ended);
        Assert.Equal((0, future), Assert.Single(answer.Lost) is var lost ? (lost.Index, lost.Id) : default);
        Assert.Empty(answer.Cancel);
    }

    [Fact]
    public async Task Finish_ByAnotherOwnerOrByAnotherToken_IsRefused()
    {
        var (future, token) = await Begin();

        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Finish(WorkOutcome.Returned(token, Json("1")), "another")).Problem);
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(token with { Secret = token.Secret + 1 })).Problem);
        Assert.Equal(TaskState.Running, (await _engine.Find(future)).State);
    }

    [Fact]
    public async Task Watch_AFuture_IsToldOfItsResult()
    {
        var answer = await _engine.Storage.CreateAsync("", Future(), watch: true, Ended);

        await _engine.Return(answer.Task!.Work!.Lease!.Value, "7");

        Assert.Equal("7", Text((await answer.Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended)).Work!.Result!.Value));
    }

    [Fact]
    public async Task Rerun_AFuture_IsRefused()
    {
        var (future, token) = await Begin();
        await _engine.Raise(token);

        Assert.Equal(AnswerStatus.RunsOnce, (await _engine.Storage.History.RerunAsync("", future, Ended)).Status);
        Assert.Equal(new RerunAnswer(AnswerStatus.Ok, 0), await _engine.Storage.History.RerunManyAsync("", new RerunQuery(TaskState.Failed), Ended));
    }

    public void Dispose() => _engine.Dispose();

    private static TaskSpec Future(double? timeoutSeconds = null) => Spec(type: "future", timeoutSeconds: timeoutSeconds);

    private async Task<(Guid Id, LeaseToken Token)> Begin(double? timeoutSeconds = null)
    {
        var future = await _engine.Create(Future(timeoutSeconds));
        return (future.Id, future.Work!.Lease!.Value);
    }
}
