using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>What a lease is good for, and for how long.</summary>
public sealed class LeaseTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Finish_TheSameOnceMore_HasTheSameAnswerAndChangesNothing()
    {
        var (returned, raised, released, retried) = (await _engine.Start(), await _engine.Start(), await _engine.Start(), await _engine.Start(Spec(retry: Twice)));
        WorkOutcome[] outcomes =
        [
            WorkOutcome.Returned(returned.Token, Json("1")), WorkOutcome.Raised(raised.Token, "ValueError", "boom"),
            WorkOutcome.Released(released.Token, 60), WorkOutcome.Ended(retried.Token),
        ];

        var first = await _engine.Work.FinishAsync("", outcomes, Ended);
        var stats = await _engine.Stats();
        _engine.Advance(1);

        Assert.Equal(first, await _engine.Work.FinishAsync("", outcomes, Ended));
        Assert.All(first, static answer => Assert.Equal(FinishProblem.None, answer.Problem));
        Assert.Equal([TaskState.Completed, TaskState.Failed, TaskState.Pending, TaskState.Pending], first.Select(static answer => answer.State));
        Assert.Equal([null, null, first[2].DueAt, retried.Task.CreatedAt.AddSeconds(5)], first.Select(static answer => answer.DueAt));
        Assert.Equal(stats with { Uptime = default }, await _engine.Stats() with { Uptime = default });
    }

    [Fact]
    public async Task Finish_OtherwiseTheSecondTime_IsLeaseLost()
    {
        var (returned, raised, released) = (await _engine.Start(), await _engine.Start(), await _engine.Start());
        await _engine.Return(returned.Token, "1");
        await _engine.Raise(raised.Token);
        await _engine.Finish(WorkOutcome.Released(released.Token));

        foreach (var outcome in new[]
        {
            WorkOutcome.Returned(returned.Token, Json("2")), WorkOutcome.Ended(returned.Token), WorkOutcome.Raised(raised.Token, "ValueError", "other"),
            WorkOutcome.Raised(raised.Token, "ValueError", "boom", retry: false), WorkOutcome.Released(released.Token, 1),
        })
        {
            Assert.Equal(new FinishAnswer(FinishProblem.LeaseLost, outcome.Token.Task), await _engine.Finish(outcome));
        }
    }

    [Fact]
    public async Task Finish_AnEarlierAttemptOnceMore_IsAnsweredAsThen()
    {
        var first = await _engine.Start(Spec(retry: Twice));
        var then = await _engine.Raise(first.Token);
        _engine.Advance(5);
        var second = Assert.Single(await _engine.Acquire());

        Assert.Equal(then, await _engine.Raise(first.Token));
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(first.Token)).Problem);
        Assert.Equal(2, second.Task.Work!.Attempt);
        Assert.Equal(TaskState.Completed, (await _engine.Return(second.Token)).State);
        Assert.Equal(then, await _engine.Raise(first.Token));
    }

    [Fact]
    public async Task Finish_WithATokenOfNobody_IsLeaseLost()
    {
        var leased = await _engine.Start();
        var message = (await _engine.Storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(9) }, watch: false, Ended)).Task!;

        foreach (var token in new[] { default, leased.Token with { Secret = 1 }, leased.Token with { Attempt = 2 }, leased.Token with { Task = Guid.NewGuid() }, leased.Token with { Task = message.Id } })
            Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(token)).Problem);
        Assert.Equal(new FinishAnswer(FinishProblem.LeaseLost), await _engine.Finish(WorkOutcome.Returned(leased.Token, Json("1")), owner: "another"));
        Assert.Equal(FinishProblem.None, (await _engine.Return(leased.Token)).Problem);
    }

    [Fact]
    public async Task Finish_WithAResultThatIsTooLarge_KeepsTheLease()
    {
        using var engine = new WorkFixture(configureWork: static options => options.MaxResultBytes = 1024);
        var leased = await engine.Start();

        Assert.Equal(new FinishAnswer(FinishProblem.ResultTooLarge, leased.Task.Id), await engine.Return(leased.Token, new string('1', 1025)));
        Assert.Equal(TaskState.Running, (await engine.Find(leased.Task.Id)).State);
        Assert.Equal(FinishProblem.None, (await engine.Return(leased.Token, new string('1', 1024))).Problem);
    }

    [Fact]
    public async Task Lease_NotRenewed_IsLostExactlyWhenItExpires()
    {
        var leased = await _engine.Start(leaseSeconds: 30);

        _engine.Advance(29.999);
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id)).State);
        _engine.Advance(0.001);

        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal((TaskState.Pending, _engine.Clock.GetUtcNow()), (task.State, task.DueAt));
        Assert.Equal(new FinishAnswer(FinishProblem.LeaseLost, task.Id), await _engine.Return(leased.Token));
        Assert.Equal((1, 0, 1), (await _engine.Stats() is var stats ? (stats.Lost, stats.Retried, stats.Ready) : default));
        Assert.Equal(2, Assert.Single(await _engine.Acquire()).Task.Work!.Attempt);
    }

    [Fact]
    public async Task Lease_Renewed_LastsFromThenOn()
    {
        var leased = await _engine.Start(leaseSeconds: 30);
        _engine.Advance(29);

        var answer = await _engine.Beat(new LeaseBeat(leased.Token));

        Assert.Equal(_engine.Clock.GetUtcNow().AddSeconds(30), answer.ExpiresAt);
        Assert.Empty(answer.Lost);
        _engine.Advance(29.999);
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id)).State);
        _engine.Advance(0.001);
        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id)).State);
    }

    [Fact]
    public async Task Lease_RenewedByACallThatIsGivenUp_LastsAllTheSame()
    {
        var leased = await _engine.Start(leaseSeconds: 30);
        _engine.Advance(29);

        var beat = new WorkHeartbeat { Owner = "", Worker = Worker, Leases = [new LeaseBeat(leased.Token, new WorkProgress(5, null, null))], Wait = TimeSpan.FromSeconds(60) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _engine.Work.HeartbeatAsync(beat, new CancellationToken(canceled: true)).AsTask());

        _engine.Advance(29);
        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal((TaskState.Running, 5), (task.State, task.Work!.Progress!.Done));
    }

    [Fact]
    public async Task Lease_RenewedForLess_EndsSooner()
    {
        var leased = await _engine.Start(leaseSeconds: 3600);

        await _engine.Work.HeartbeatAsync(new WorkHeartbeat { Owner = "", Worker = Worker, Leases = [new LeaseBeat(leased.Token)], Lease = TimeSpan.FromSeconds(1) }, Ended);

        _engine.Advance(1);
        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id)).State);
    }

    [Fact]
    public async Task Lease_WhenTheWallClockIsSetForward_Stays()
    {
        var leased = await _engine.Start(Spec(attemptSeconds: 100), leaseSeconds: 30);

        _engine.Clock.StepWallClock(TimeSpan.FromDays(1));
        _engine.Advance(29.999);
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id)).State);
        _engine.Advance(0.002);
        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id)).State);
    }

    [Fact]
    public async Task Return_AfterTheWallClockWasSetBack_KeepsItsPlace()
    {
        var leased = await _engine.Start();
        _engine.Clock.StepWallClock(TimeSpan.FromHours(-1));
        await _engine.Create();
        await _engine.Create(priority: 1);

        await _engine.Work.ReturnAsync("", [leased.Token]);

        Assert.Equal((0, 3), await _engine.Stats() is var stats ? (stats.Running, stats.Ready) : default);
        var all = await _engine.Acquire(max: 3);
        Assert.Equal([1, 0, 0], all.Select(static task => task.Task.Work!.Priority));
        Assert.Equal((1, leased.Task.DueAt), Assert.Single(all, task => task.Task.Id == leased.Task.Id).Task is var again ? (again.Work!.Attempt, again.DueAt) : default);
    }

    [Fact]
    public async Task Lease_OfAHandlerInThisProcess_DoesNotExpire()
    {
        await _engine.Create();
        var holder = new Holder();
        var leased = Assert.Single((await _engine.Work.AcquireAsync(WorkAcquire.OfHandlers("here", ["resize"], 1, TimeSpan.Zero, holder), Ended)).Tasks);

        _engine.Advance(100_000);

        Assert.Null(leased.ExpiresAt);
        Assert.Equal(TaskState.Completed, (await _engine.Work.FinishAsync(owner: null, [WorkOutcome.Returned(leased.Token, Json("1"))], Ended))[0].State);
        Assert.Empty(holder.Told);
    }

    [Fact]
    public async Task Lost_OnceTooOften_HasFailed()
    {
        var task = await _engine.Create(retry: new RetryPolicy { MaxLosses = 1 });

        foreach (var state in new[] { TaskState.Pending, TaskState.Failed })
        {
            Assert.Single(await _engine.Acquire(leaseSeconds: 1));
            _engine.Advance(1);
            Assert.Equal(state, (await _engine.Find(task.Id)).State);
        }

        Assert.Equal(TaskError.WorkerLost, (await _engine.Find(task.Id)).Error!.Reason);
        Assert.Equal([AttemptOutcome.Lost, AttemptOutcome.Lost], (await _engine.Attempts(task.Id)).Select(static attempt => attempt.Outcome!.Value));
    }

    [Fact]
    public async Task Return_OfWhatDidNotArrive_IsAsIfItHadNotBeenStarted()
    {
        var first = await _engine.Create();
        await _engine.Create();
        var leased = Assert.Single(await _engine.Acquire());

        await _engine.Work.ReturnAsync("", [leased.Token, leased.Token, default]);

        var task = await _engine.Find(first.Id);
        Assert.Equal((TaskState.Pending, 0, null, null), (task.State, task.Work!.Attempt, task.Work.StartedAt, task.Work.Worker));
        Assert.Empty(await _engine.Attempts(first.Id));
        Assert.Equal(FinishProblem.LeaseLost, (await _engine.Return(leased.Token)).Problem);
        var again = Assert.Single(await _engine.Acquire());
        Assert.Equal((first.Id, 1), (again.Task.Id, again.Task.Work!.Attempt));
    }

    public void Dispose() => _engine.Dispose();
}
