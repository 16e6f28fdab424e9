using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>What every storage does for the types that the service runs itself.</summary>
public sealed class BuiltInTypeTests : IDisposable
{
    private readonly WorkFixture _engine = new();
    private readonly Holder _holder = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Acquire_OfAQueue_PassesOverWhatTheServiceRunsItself()
    {
        var own = await _engine.Create(Spec(type: "http", queue: "mixed", priority: 9));
        var other = await _engine.Create(Spec(queue: "mixed"));

        Assert.Equal(other.Id, Assert.Single(await _engine.Acquire("mixed", max: 10)).Task.Id);
        Assert.Equal(1, Assert.Single(_engine.Work.CountByQueue(), static count => count.Ready > 0).Ready);
        Assert.Equal(own.Id, (await Take()).Task.Id);
    }

    [Fact]
    public async Task Acquire_ThatWaits_DoesNotGetItEither()
    {
        var worker = _engine.Work.AcquireAsync(Call(["mixed"], waitSeconds: 60), Ended).AsTask();
        var service = _engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["http"], 1, TimeSpan.FromSeconds(60), _holder), Ended).AsTask();

        var own = await _engine.Create(Spec(type: "http", queue: "mixed"));

        Assert.Equal(own.Id, Assert.Single((await service).Tasks).Task.Id);
        Assert.False(worker.IsCompleted);
        await _engine.Create(Spec(queue: "mixed"));
        Assert.Equal("resize", Assert.Single((await worker).Tasks).Task.Work!.Type);
    }

    [Fact]
    public async Task Acquire_ThatWaitsWithoutAnEnd_GetsWhatComesDaysLater()
    {
        var service = _engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["http"], 1, Timeout.InfiniteTimeSpan, _holder), Ended).AsTask();
        _engine.Advance(100_000);
        Assert.False(service.IsCompleted);

        var own = await _engine.Create(Spec(type: "http"));

        Assert.Equal(own.Id, Assert.Single((await service).Tasks).Task.Id);
    }

    [Fact]
    public async Task Cancel_OfACallUnderWay_CancelsAtOnceAndTellsWhoRunsIt()
    {
        var leased = await Start();

        Assert.Equal(TaskState.Cancelled, (await _engine.Cancel(leased.Task.Id)).Task!.State);

        Assert.Equal(("lost", leased.Task.Id), Assert.Single(_holder.Told));
        Assert.Equal(FinishProblem.LeaseLost, (await Tell(new WorkOutcome(leased.Token, WorkOutcomeKind.Keep))).Problem);
    }

    [Fact]
    public async Task Heartbeat_OfACallUnderWay_IsToldWhenItIsCancelled()
    {
        var leased = await Start();
        var held = _engine.BeatAndWait(60, new LeaseBeat(leased.Token));
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(60));

        await _engine.Cancel(leased.Task.Id);

        Assert.Equal(leased.Task.Id, Assert.Single((await held.WaitAsync(TimeSpan.FromSeconds(30), Ended)).Lost).Id);
        Assert.Equal(("lost", leased.Task.Id), Assert.Single(_holder.Told));
    }

    [Fact]
    public async Task Heartbeat_OfACallUnderWay_TellsProgressAndLeavesItTheService()
    {
        var leased = await Start();
        await _engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(1, 2, Note: null)));

        _engine.Advance(100);
        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal((TaskState.Running, 1d), (task.State, task.Work!.Progress!.Done));
        await Tell(new WorkOutcome(leased.Token, WorkOutcomeKind.Keep));
        await _engine.Beat(new LeaseBeat(leased.Token));
        _engine.Advance(29);
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id)).State);
        _engine.Advance(2);
        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id)).State);
    }

    [Fact]
    public async Task Keep_ACallThatIsAnsweredLater_EndsByItsTokenOrByItsTime()
    {
        var (first, second) = (await Start(attemptSeconds: 100), await Start(attemptSeconds: 100));
        foreach (var leased in (LeasedTask[])[first, second]) Assert.Equal(new FinishAnswer(FinishProblem.None, leased.Task.Id, TaskState.Running), await Tell(new WorkOutcome(leased.Token, WorkOutcomeKind.Keep)));

        _engine.Advance(99);
        Assert.Equal(TaskState.Completed, (await _engine.Return(first.Token)).State);
        _engine.Advance(1);

        var late = await _engine.Find(second.Task.Id);
        Assert.Equal((TaskState.Failed, TaskError.AttemptTimeout), (late.State, late.Error!.Reason));
    }

    [Fact]
    public async Task Cancel_OfACallThatIsAnsweredLater_IsARequestAsAWorkersIs()
    {
        var leased = await Start();
        await Tell(new WorkOutcome(leased.Token, WorkOutcomeKind.Keep));

        var asked = (await _engine.Cancel(leased.Task.Id)).Task!;

        Assert.Equal((TaskState.Running, true), (asked.State, asked.Work!.CancelRequested));
        Assert.Equal(TaskState.Cancelled, (await _engine.Finish(WorkOutcome.Ended(leased.Token))).State);
    }

    [Fact]
    public async Task Defer_ACallWithoutRoom_IsAsIfItHadNotBeenStartedAndDueLater()
    {
        var leased = await Start();

        var answer = await Tell(new WorkOutcome(leased.Token, WorkOutcomeKind.Defer, DelaySeconds: 2));

        Assert.Equal((TaskState.Pending, _engine.Clock.GetUtcNow().AddSeconds(2)), (answer.State, answer.DueAt));
        Assert.Empty(await _engine.Attempts(leased.Task.Id));
        _engine.Advance(2);
        Assert.Equal(1, (await Take()).Task.Work!.Attempt);
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(60, 60)]
    public async Task Error_WithADelay_IsNotBegunAgainBefore(double delay, double expected)
    {
        var leased = await Start(Twice);

        var answer = await Tell(new WorkOutcome(leased.Token, WorkOutcomeKind.Error, Error: new TaskError("http-status", "503"), DelaySeconds: delay));

        Assert.Equal(_engine.Clock.GetUtcNow().AddSeconds(expected), answer.DueAt);
    }

    [Fact]
    public async Task Result_OfACall_HasABoundOfItsOwn()
    {
        var large = Json($"\"{new string('x', 100_000)}\"");
        var (call, kept) = (await Start(), await Start());
        await Tell(new WorkOutcome(kept.Token, WorkOutcomeKind.Keep));

        Assert.Equal(TaskState.Completed, (await Tell(WorkOutcome.Returned(call.Token, large))).State);
        Assert.Equal(FinishProblem.ResultTooLarge, (await _engine.Finish(WorkOutcome.Returned(kept.Token, large))).Problem);
    }

    private async Task<LeasedTask> Start(RetryPolicy? retry = null, double? attemptSeconds = null)
    {
        await _engine.Create(Spec(type: "http", retry: retry, attemptSeconds: attemptSeconds));
        return await Take();
    }

    private async Task<LeasedTask> Take() => Assert.Single((await _engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["http"], 1, TimeSpan.Zero, _holder), Ended)).Tasks);

    private async Task<FinishAnswer> Tell(WorkOutcome outcome) => Assert.Single(await _engine.Work.FinishAsync(owner: null, [outcome], Ended));
}
