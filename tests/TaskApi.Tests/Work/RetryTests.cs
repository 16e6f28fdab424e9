using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Work that does not succeed, and is begun again, or isn't.</summary>
public sealed class RetryTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Raise_WithoutARetryPolicy_HasFailedWithThatError()
    {
        var leased = await _engine.Start();

        Assert.Equal(TaskState.Failed, (await _engine.Raise(leased.Token)).State);

        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal((TaskState.Failed, new TaskError("ValueError", "boom")), (task.State, task.Error));
        Assert.Equal(1, (await _engine.Stats()).Failed);
    }

    [Fact]
    public async Task Raise_WithAttemptsLeft_IsDueAgainAfterItsBackoff()
    {
        var leased = await _engine.Start(Spec(retry: new RetryPolicy { MaxAttempts = 3, InitialSeconds = 10, Factor = 3, Jitter = 0 }));

        foreach (var delay in new[] { 10, 30 })
        {
            var answer = await _engine.Raise(leased.Token);
            Assert.Equal((TaskState.Pending, _engine.Clock.GetUtcNow().AddSeconds(delay)), (answer.State, answer.DueAt));
            Assert.Null((await _engine.Find(leased.Task.Id)).Error);
            _engine.Advance(delay - 0.001);
            Assert.Empty(await _engine.Acquire());
            _engine.Advance(0.001);
            leased = Assert.Single(await _engine.Acquire());
        }

        Assert.Equal(TaskState.Failed, (await _engine.Raise(leased.Token)).State);
        Assert.Equal((2, 0), (await _engine.Stats() is var stats ? (stats.Retried, stats.Lost) : default));
        Assert.Equal([1, 2, 3], (await _engine.Attempts(leased.Task.Id)).Select(static attempt => attempt.Number));
    }

    [Fact]
    public async Task Raise_ForGood_HasFailed()
    {
        var leased = await _engine.Start(Spec(retry: Twice));

        Assert.Equal(TaskState.Failed, (await _engine.Raise(leased.Token, retry: false)).State);
    }

    [Fact]
    public async Task Raise_OfManyWithJitter_DoesNotComeBackTogether()
    {
        var retry = new RetryPolicy { MaxAttempts = 2, InitialSeconds = 100, Jitter = 0.5 };
        for (var i = 0; i < 50; i++)
            await _engine.Raise((await _engine.Start(Spec(retry: retry))).Token);

        var dues = (await _engine.Storage.ListAsync("", new TaskQuery(TaskState.Pending, null, null, null, 100), Ended)).Tasks.Select(task => (task.DueAt - _engine.Clock.GetUtcNow()).TotalSeconds).ToList();

        Assert.All(dues, static due => Assert.InRange(due, 50, 100));
        Assert.True(dues.Distinct().Count() > 25);
    }

    [Fact]
    public async Task Attempt_ThatTakesTooLong_EndsAtOnceWithAnErrorLikeOthers()
    {
        var leased = await _engine.Start(Spec(retry: Twice, attemptSeconds: 2));
        _engine.Advance(1.999);
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id)).State);

        _engine.Advance(0.001);

        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id)).State);
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(leased.Token)).Problem);
        Assert.Equal(leased.Task.Id, (await _engine.Beat(new LeaseBeat(leased.Token))).Lost.Single().Id);
        var attempt = Assert.Single(await _engine.Attempts(leased.Task.Id));
        Assert.Equal((AttemptOutcome.Failed, TaskError.AttemptTimeout), (attempt.Outcome, attempt.Error!.Reason));
        _engine.Advance(5);
        Assert.Single(await _engine.Acquire());
        _engine.Advance(2);
        Assert.Equal((TaskState.Failed, TaskError.AttemptTimeout), (await _engine.Find(leased.Task.Id) is var task ? (task.State, task.Error!.Reason) : default));
    }

    [Fact]
    public async Task Cancelled_WithoutARequest_IsAnErrorLikeOthers()
    {
        var leased = await _engine.Start(Spec(retry: Twice));

        Assert.Equal(TaskState.Pending, (await _engine.Finish(WorkOutcome.Ended(leased.Token))).State);

        Assert.Equal(new TaskError(TaskError.CancelledError, null), Assert.Single(await _engine.Attempts(leased.Task.Id)).Error);
    }

    [Fact]
    public async Task Release_AfterADelay_TakesANumberAndCountsAsNoError()
    {
        var leased = await _engine.Start();

        var answer = await _engine.Finish(WorkOutcome.Released(leased.Token, 2.5));

        Assert.Equal((TaskState.Pending, _engine.Clock.GetUtcNow().AddSeconds(2.5)), (answer.State, answer.DueAt));
        _engine.Advance(2.499);
        Assert.Empty(await _engine.Acquire());
        _engine.Advance(0.001);
        var again = Assert.Single(await _engine.Acquire());
        Assert.Equal(2, again.Task.Work!.Attempt);
        Assert.Equal((0, 0), (await _engine.Stats() is var stats ? (stats.Retried, stats.Lost) : default));
        Assert.Equal([AttemptOutcome.Released, null], (await _engine.Attempts(leased.Task.Id)).Select(static attempt => attempt.Outcome));
    }

    [Fact]
    public async Task Attempts_MoreThanTwenty_AreTheLastTwenty()
    {
        var leased = await _engine.Start();
        for (var i = 0; i < 24; i++)
        {
            await _engine.Finish(WorkOutcome.Released(leased.Token));
            leased = Assert.Single(await _engine.Acquire());
        }

        var attempts = await _engine.Attempts(leased.Task.Id);

        Assert.Equal(Enumerable.Range(6, 20), attempts.Select(static attempt => attempt.Number));
        Assert.Equal((null, null, null), (attempts[^1].EndedAt, attempts[^1].Outcome, attempts[^1].Error));
        Assert.All(attempts.SkipLast(1), attempt => Assert.Equal((_engine.Clock.GetUtcNow(), _engine.Clock.GetUtcNow(), Worker), (attempt.StartedAt, attempt.EndedAt, attempt.Worker)));
    }

    [Fact]
    public async Task Attempts_OfAMessageOrOfNothing_AreNone()
    {
        var message = (await _engine.Storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(9) }, watch: false, Ended)).Task!;

        Assert.Empty(await _engine.Attempts(message.Id));
        Assert.Null(await _engine.Storage.History.ListAttemptsAsync("", Guid.NewGuid(), Ended));
        Assert.Null(await _engine.Storage.History.ListAttemptsAsync("another", message.Id, Ended));
    }

    public void Dispose() => _engine.Dispose();
}
