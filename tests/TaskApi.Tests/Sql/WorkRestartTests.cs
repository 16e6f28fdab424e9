using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Sql;

/// <summary>What a stop and a start leave of work: whatever has been said of it holds on.</summary>
public sealed class WorkRestartTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Restart_ATaskInEveryWay_IsThereToTheLetter()
    {
        var spec = Spec(9, "resize", "slow", 5, """{"a":1.50}""", new RetryPolicy { MaxAttempts = 7, MaxElapsedSeconds = 60 }, timeoutSeconds: 99, attemptSeconds: 9, key: "k");
        var waiting = await _engine.Create(spec with { Name = "n\0", Group = "g", Work = spec.Work! with { Parent = Guid.CreateVersion7(), TraceParent = "00-1-2-01" } });
        var running = await _engine.StartWork();
        await _engine.Beat(30, new LeaseBeat(running.Token, new WorkProgress(2.5, null, "page \0 2")));
        var failed = await _engine.StartWork();
        await _engine.Finish(WorkOutcome.Raised(failed.Token, "Value\0Error", "boom \0"));
        Guid[] ids = [waiting.Id, running.Task.Id, failed.Task.Id];
        var before = await Task.WhenAll(ids.Select(id => _engine.Find(id)));
        var stats = await _engine.Stats();

        _engine.Restart();

        foreach (var (id, task) in ids.Zip(before)) Assert.Equivalent(task, await _engine.Find(id), strict: true);
        Assert.Equal(stats with { Uptime = default, Lateness = default }, await _engine.Stats() with { Uptime = default, Lateness = default });
    }

    [Fact]
    public async Task Restart_WhileATaskRuns_ItsTokenIsGoodAndItIsNotBegunAgain()
    {
        var leased = await _engine.StartWork(new RetryPolicy { MaxLosses = 0 });

        _engine.Restart();

        Assert.Empty(await _engine.Acquire());
        Assert.Equal(TaskState.Completed, (await _engine.Finish(WorkOutcome.Returned(leased.Token, Json("1")))).State);
        Assert.Equal(1, Assert.Single(await _engine.Attempts(leased.Task.Id)).Number);
    }

    [Fact]
    public async Task Restart_WhileTasksRun_TheyAreCountedUntilTheyEnd()
    {
        var (one, other) = (await _engine.StartWork(), await _engine.StartWork());
        await _engine.Create(Spec());
        await _engine.Create(Spec(type: "future"));

        _engine.Restart();

        Assert.Equal(new QueueCount("resize", 1, 2), Assert.Single(_engine.Storage.Work.CountByQueue()));
        await _engine.Finish(WorkOutcome.Returned(one.Token, Json("1")));
        Assert.Equal(new QueueCount("resize", 1, 1), Assert.Single(_engine.Storage.Work.CountByQueue()));
        await _engine.Finish(WorkOutcome.Returned(other.Token, Json("1")));
        Assert.Equal(new QueueCount("resize", 1, 0), Assert.Single(_engine.Storage.Work.CountByQueue()));
    }

    [Fact]
    public async Task Restart_WhileAFutureIsOpen_ItsTokenIsGoodHoweverLongThatTook()
    {
        var future = await _engine.Create(Spec(type: "future"));
        _engine.Stop();
        _engine.Advance(3600);

        _engine.Start();
        _engine.Advance(3600);

        Assert.Equal(TaskState.Running, (await _engine.Find(future.Id))!.State);
        Assert.Equal(TaskState.Completed, (await _engine.Finish(WorkOutcome.Returned(future!.Work!.Lease!.Value, Json("1")))).State);
    }

    [Fact]
    public async Task Restart_OutcomesSaidAgain_AreAnsweredAsBefore()
    {
        var (returned, raised, released) = (await _engine.StartWork(), await _engine.StartWork(Twice), await _engine.StartWork());
        WorkOutcome[] outcomes = [WorkOutcome.Returned(returned.Token, Json("1")), WorkOutcome.Raised(raised.Token, "ValueError", "boom"), WorkOutcome.Released(released.Token, 2)];
        var first = await _engine.Storage.Work.FinishAsync("", outcomes, CancellationToken.None);

        _engine.Restart();

        Assert.Equal(first, await _engine.Storage.Work.FinishAsync("", outcomes, CancellationToken.None));
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Finish(WorkOutcome.Returned(returned.Token, Json("2")))).Problem);
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Finish(WorkOutcome.Ended(raised.Token))).Problem);
    }

    [Fact]
    public async Task Restart_BetweenTwoAttempts_TheNextBeginsWhenItWasToBegin()
    {
        var leased = await _engine.StartWork(Twice);
        await _engine.Finish(WorkOutcome.Raised(leased.Token, "ValueError", "boom"));
        _engine.Stop();
        _engine.Advance(3);
        _engine.Start();

        _engine.Advance(1.999);
        Assert.Empty(await _engine.Acquire());
        _engine.Advance(0.001);
        Assert.Equal(2, Assert.Single(await _engine.Acquire()).Task.Work!.Attempt);
        Assert.Equal([1, 2], (await _engine.Attempts(leased.Task.Id)).Select(static attempt => attempt.Number));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_LeaseOfAWorkerElsewhere_IsGoodForItsLengthOnceMore(bool beats)
    {
        var leased = await _engine.StartWork(leaseSeconds: 30);
        if (beats) await _engine.Beat(30, new LeaseBeat(leased.Token));
        _engine.Advance(29);
        _engine.Stop();
        _engine.Advance(3600);
        _engine.Start();

        _engine.Advance(29.999);
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id))!.State);
        _engine.Advance(0.001);
        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id))!.State);
        Assert.Equal(1, (await _engine.Stats()).Lost);
    }

    [Theory]
    [InlineData(0, TaskState.Failed)]
    [InlineData(1, TaskState.Pending)]
    public async Task Restart_TaskOfAHandlerThatIsGone_IsLostAtOnce(int maxLosses, TaskState state)
    {
        var task = await _engine.Create(Spec(retry: new RetryPolicy { MaxLosses = maxLosses }));
        var handlers = WorkAcquire.OfHandlers("here", ["resize"], 1, TimeSpan.Zero, new Holder());
        var leased = Assert.Single((await _engine.Storage.Work.AcquireAsync(handlers, CancellationToken.None)).Tasks);

        _engine.Restart();
        _engine.Advance(0.001);

        Assert.Equal(state, (await _engine.Find(task.Id))!.State);
        Assert.Equal(AttemptOutcome.Lost, Assert.Single(await _engine.Attempts(task.Id)).Outcome);
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Storage.Work.FinishAsync(owner: null, [WorkOutcome.Ended(leased.Token)], CancellationToken.None))[0].Problem);
    }

    [Fact]
    public async Task Restart_ACallThatIsAnsweredLater_GoesOnUntilItsTimeIsOver()
    {
        var task = await _engine.Create(Spec(type: "http", attemptSeconds: 60));
        var leased = Assert.Single((await _engine.Storage.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["http"], 1, TimeSpan.Zero, new Holder()), CancellationToken.None)).Tasks);
        await _engine.Storage.Work.FinishAsync(owner: null, [new WorkOutcome(leased.Token, WorkOutcomeKind.Keep)], CancellationToken.None);

        _engine.Restart();
        _engine.Advance(59);
        Assert.Equal(TaskState.Running, (await _engine.Find(task.Id))!.State);

        Assert.Equal(TaskState.Completed, (await _engine.Finish(WorkOutcome.Returned(leased.Token, Json("1")))).State);
    }

    [Fact]
    public async Task Restart_TimeThatPassesMeanwhile_CountsForAttemptsAndGrace()
    {
        var (slow, asked) = (await _engine.StartWork(attemptSeconds: 10), await _engine.StartWork());
        await _engine.Cancel(asked.Task.Id, "why");
        _engine.Advance(4);
        _engine.Stop();
        _engine.Advance(3);
        _engine.Start();

        _engine.Advance(2.999);
        Assert.Equal((TaskState.Running, TaskState.Running), ((await _engine.Find(slow.Task.Id))!.State, (await _engine.Find(asked.Task.Id))!.State));
        _engine.Advance(0.001);

        Assert.Equal(new TaskError(TaskError.AttemptTimeout, null), (await _engine.Find(slow.Task.Id))!.Error);
        Assert.Equal(new TaskError(TaskError.Cancelled, "why"), (await _engine.Find(asked.Task.Id))!.Error);
    }

    [Fact]
    public async Task Restart_AfterTheWallClockWasSetBack_WorkIsDueAtTheTimeThatItShows()
    {
        _engine.Clock.StepWallClock(TimeSpan.FromHours(-1));
        var task = await _engine.Create(Spec(delaySeconds: 10));
        _engine.Restart();

        _engine.Advance(9.999);
        Assert.Empty(await _engine.Acquire());
        _engine.Advance(0.001);
        Assert.Equal(task.Id, Assert.Single(await _engine.Acquire()).Task.Id);
    }

    [Fact]
    public async Task Restart_WhatHasBeenRunAgain_IsNotRunAgainOnceMore()
    {
        var leased = await _engine.StartWork();
        await _engine.Finish(WorkOutcome.Raised(leased.Token, "ValueError", null));
        Assert.Equal(1, (await _engine.Storage.History.RerunManyAsync("", new RerunQuery(TaskState.Failed), CancellationToken.None)).Created);

        _engine.Restart();

        Assert.Equal(0, (await _engine.Storage.History.RerunManyAsync("", new RerunQuery(TaskState.Failed), CancellationToken.None)).Created);
    }
}
