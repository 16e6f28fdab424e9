using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Sql;

/// <summary>What becomes of work when the disk fails: what was answered is there, and what is not there was not answered.</summary>
public sealed class WorkFaultTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Acquire_WhileTheDiskIsBroken_HandsNothingOutAndCountsNoAttempt()
    {
        var task = await _engine.Create(Spec(retry: new RetryPolicy { MaxLosses = 0 }));
        _engine.Database.BreakDisk();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _engine.Acquire());
        Assert.Equal((0, 1), (await _engine.Stats() is var stats ? (stats.Running, stats.Ready) : default));
        _engine.Database.MendDisk();

        var leased = Assert.Single(await _engine.Acquire());
        Assert.Equal((task.Id, 1), (leased.Task.Id, leased.Task.Work!.Attempt));
        Assert.Equal(new QueueCount("resize", 0, 1), Assert.Single(_engine.Storage.Work.CountByQueue()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Return_WhileTheDiskIsBroken_IsDoneWhenItWorks(bool ofHandlers)
    {
        var task = await _engine.Create(Spec());
        var call = ofHandlers ? WorkAcquire.OfHandlers("h", [task.Work!.Type], 1, TimeSpan.Zero, holder: null!) : Call(["resize"]);
        var leased = Assert.Single((await _engine.Storage.Work.AcquireAsync(call, CancellationToken.None)).Tasks);
        _engine.Database.BreakDisk();

        await _engine.Storage.Work.ReturnAsync(owner: null, [leased.Token]);
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(1));
        _engine.Advance(1);
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(1));
        Assert.Equal(TaskState.Running, (await _engine.Find(task.Id))!.State);
        _engine.Database.MendDisk();

        // Long before a lease ends.
        _engine.Advance(1);
        await UntilPending(task);
    }

    [Fact]
    public async Task Return_WhenAnotherChangeOfTheTransactionIsAtFault_IsDoneAllTheSame()
    {
        var task = await _engine.Create(Spec());
        var leased = Assert.Single(await _engine.Acquire());
        using var began = new SemaphoreSlim(0);
        using var end = new SemaphoreSlim(0);
        var busy = Change(() =>
        {
            began.Release();
            return end.Wait(TimeSpan.FromSeconds(30));
        });
        Assert.True(await began.WaitAsync(TimeSpan.FromSeconds(30), Ended));

        var returned = _engine.Storage.Work.ReturnAsync(owner: null, [leased.Token]).AsTask();
        var fault = Change(static () => throw new InvalidOperationException("At fault."));
        end.Release();

        Assert.True(await busy);
        await Assert.ThrowsAsync<InvalidOperationException>(() => fault);
        await returned;
        Assert.Equal(TaskState.Pending, (await _engine.Find(task.Id))!.State);
        Assert.Null(_engine.Storage.Fault);
    }

    [Fact]
    public async Task Return_AfterTheEnd_IsGivenUp()
    {
        var leased = await _engine.StartWork();
        _engine.Stop();

        await _engine.Storage.Work.ReturnAsync(owner: null, [leased.Token]);

        _engine.Start();
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id))!.State);
    }

    [Fact]
    public async Task Finish_WhileTheDiskIsBroken_IsNotTakenAndCanBeSaidAgain()
    {
        var leased = await _engine.StartWork();
        var outcome = WorkOutcome.Returned(leased.Token, Json("1"));
        _engine.Database.BreakDisk();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _engine.Finish(outcome));
        Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id))!.State);
        _engine.Database.MendDisk();

        Assert.Equal(TaskState.Completed, (await _engine.Finish(outcome)).State);
        Assert.Equal((1, 0), (await _engine.Stats() is var stats ? (stats.Completed, stats.Running) : default));
    }

    [Fact]
    public async Task Lease_ThatCouldNotBeRenewedWhileTheDiskWasBroken_IsGoodForItsLengthOnceMore()
    {
        var (own, attached) = (await _engine.StartWork(leaseSeconds: 10), await _engine.StartWork(leaseSeconds: 10));
        await _engine.Beat(10, new LeaseBeat(attached.Token));
        _engine.Database.BreakDisk();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _engine.Beat(10, new LeaseBeat(own.Token), new LeaseBeat(attached.Token)));
        _engine.Advance(60);
        _engine.Database.MendDisk();
        _engine.Advance(1);

        _engine.Advance(8.5);
        foreach (var leased in new[] { own, attached }) Assert.Equal(TaskState.Running, (await _engine.Find(leased.Task.Id))!.State);
        _engine.Advance(1.5);
        foreach (var leased in new[] { own, attached }) Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id))!.State);
    }

    [Fact]
    public async Task WhoWaitsForWork_WhenTheDiskBreaksAsItComes_IsToldAndTheTaskIsThere()
    {
        await _engine.Create(Spec(delaySeconds: 1));
        var waiting = _engine.Storage.Work.AcquireAsync(Call(["resize"], waitSeconds: 60), CancellationToken.None).AsTask();
        // By then it has looked for tasks, and found none.
        Assert.Empty(await _engine.Acquire());
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(60));
        _engine.Database.BreakDisk();
        _engine.Advance(5);
        Assert.False(waiting.IsCompleted);

        _engine.Database.MendDisk();
        _engine.Advance(1);

        var leased = Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Tasks);
        Assert.Equal(1, leased.Task.Work!.Attempt);
    }

    [Fact]
    public async Task Create_UntilTheDiskIsFull_WhatWasAnsweredIsThereAndNothingElse()
    {
        _engine.Database.FillDisk();
        var created = new HashSet<Guid>();
        AnswerStatus status;
        do
        {
            var answer = await _engine.Storage.CreateAsync("", Spec(input: $"\"{new string('x', 3000)}\""), watch: false, CancellationToken.None);
            status = answer.Status;
            if (answer.Task is { } task) created.Add(task.Id);
        }
        while (status == AnswerStatus.Ok && created.Count < 10_000);

        Assert.Equal(AnswerStatus.StorageUnavailable, status);
        _engine.Database.MakeRoom();
        _engine.Advance(1);
        _engine.Restart();
        Assert.Equal(created, (await _engine.Acquire(max: 1000)).Select(static leased => leased.Task.Id).ToHashSet());
    }

    private Task<bool> Change(Func<bool> change) => _engine.Access.ChangeAsync(owner: null, _ => change(), refusal: null, WriteScope.Changing(), Ended).AsTask();

    private async Task UntilPending(TaskSnapshot task)
    {
        var began = TimeProvider.System.GetTimestamp();
        while ((await _engine.Find(task.Id))!.State != TaskState.Pending)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "It isn't given back.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Ended);
        }
    }
}
