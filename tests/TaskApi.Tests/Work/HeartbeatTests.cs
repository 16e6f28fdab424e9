using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Signs of life, and what they are answered.</summary>
public sealed class HeartbeatTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Heartbeat_HeldOpen_IsAnsweredWhenATaskIsAskedToEnd()
    {
        var leased = await _engine.Start();
        var held = _engine.BeatAndWait(60, new LeaseBeat(leased.Token));
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(60));
        Assert.False(held.IsCompleted);

        await _engine.Cancel(leased.Task.Id, "why");

        var notice = Assert.Single((await Done(held)).Cancel);
        Assert.Equal(new CancelNotice(leased.Token, new TaskError(TaskError.Cancelled, "why"), _engine.Clock.GetUtcNow().AddSeconds(10)), notice);
    }

    [Fact]
    public async Task Heartbeat_OfACancelThatWasSeen_DoesNotTellOfItAgain()
    {
        var leased = await _engine.Start();
        await _engine.Cancel(leased.Task.Id);
        Assert.Single((await _engine.BeatAndWait(60, new LeaseBeat(leased.Token))).Cancel);
        Assert.Single((await _engine.Beat(new LeaseBeat(leased.Token))).Cancel);

        var held = _engine.BeatAndWait(5, new LeaseBeat(leased.Token, CancelSeen: true));
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(5));
        _engine.Advance(5);

        Assert.Empty((await Done(held)).Cancel);
        Assert.Empty((await _engine.Beat(new LeaseBeat(leased.Token))).Cancel);
    }

    [Fact]
    public async Task Heartbeat_MarkedAsSeenBeforeThereIsARequest_TellsOfTheRequest()
    {
        var leased = await _engine.Start();
        await _engine.Beat(new LeaseBeat(leased.Token, CancelSeen: true));

        await _engine.Cancel(leased.Task.Id);

        Assert.Single((await _engine.Beat(new LeaseBeat(leased.Token))).Cancel);
    }

    [Fact]
    public async Task Heartbeat_HeldOpen_IsAnsweredWhenALeaseIsLost()
    {
        var (kept, forced) = (await _engine.Start(), await _engine.Start());
        var held = _engine.BeatAndWait(60, new LeaseBeat(kept.Token), new LeaseBeat(forced.Token));
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(60));

        await _engine.Cancel(forced.Task.Id, force: true);

        Assert.Equal(new LostLease(1, forced.Task.Id), Assert.Single((await Done(held)).Lost));
    }

    [Fact]
    public async Task Heartbeat_OfTokensThatAreOver_PassesOverThoseThatTheWorkerFinished()
    {
        var (finished, released, unknown) = (await _engine.Start(), await _engine.Start(), await _engine.Start());
        await _engine.Return(finished.Token);
        await _engine.Finish(WorkOutcome.Released(released.Token));

        var answer = await _engine.Beat(
            new LeaseBeat(finished.Token), new LeaseBeat(released.Token), new LeaseBeat(unknown.Token with { Secret = 1 }), new LeaseBeat(default));

        Assert.Equal([new LostLease(2, unknown.Task.Id), new LostLease(3, null)], answer.Lost);
    }

    [Fact]
    public async Task Heartbeat_OnlyAtItsArrival_RenewsTheLeases()
    {
        var leased = await _engine.Start(leaseSeconds: 3600);
        var held = _engine.BeatAndWait(60, new LeaseBeat(leased.Token));
        await _engine.Clock.TimerArmed(TimeSpan.FromSeconds(60));

        _engine.Advance(30);

        Assert.Equal(leased.Task.Id, Assert.Single((await Done(held)).Lost).Id);
        Assert.Equal(TaskState.Pending, (await _engine.Find(leased.Task.Id)).State);
    }

    [Fact]
    public async Task Progress_Told_IsShownAndSurvivesTheAttempt()
    {
        var leased = await _engine.Start();
        _engine.Advance(1);

        await _engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(3, 10, "rows")));
        await _engine.Finish(WorkOutcome.Released(leased.Token));

        var task = await _engine.Find(leased.Task.Id);
        Assert.Equal(new WorkProgress(3, 10, "rows", _engine.Clock.GetUtcNow()), task.Work!.Progress);
    }

    [Fact]
    public async Task Progress_ToldOften_IsPublishedFourTimesASecondAndTheLastAlways()
    {
        var leased = await _engine.Start(leaseSeconds: 3600);
        using var events = await _engine.Storage.ReadEventsAsync(after: null, Ended);
        for (var i = 1; i <= 100; i++)
        {
            await _engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(i, null, null)));
            _engine.Advance(0.01);
        }

        Assert.Equal([1, 25, 50, 75, 100], Read(events));
        _engine.Advance(0.25);
        Assert.Empty(Read(events));
        await _engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(101, null, null)));
        await _engine.Beat(new LeaseBeat(leased.Token, new WorkProgress(102, null, null)));
        await _engine.Return(leased.Token);
        Assert.Equal([101, 102], Read(events));
    }

    [Fact]
    public async Task Workers_ThatHaveCalledInTheLastMinute_AreListedByTheirNames()
    {
        await _engine.Create();
        await _engine.Acquire("resize", worker: "b");
        await _engine.Acquire("other", worker: "silent");
        _engine.Advance(50);
        await _engine.Acquire("x", worker: "a");
        await _engine.Work.HeartbeatAsync(new WorkHeartbeat { Owner = "", Worker = "b" }, Ended);
        await _engine.Acquire("x", worker: "elsewhere", owner: "another");
        var seenAt = _engine.Clock.GetUtcNow();
        _engine.Advance(10.001);

        var workers = await _engine.Work.ListWorkersAsync("", Ended);

        Assert.Equal(["a: x", "b: resize"], workers.Select(static worker => $"{worker.Worker}: {string.Join(' ', worker.Queues)}"));
        Assert.Equal((0, seenAt), (workers[1].Running, workers[1].LastSeenAt));
        await _engine.Acquire("resize", worker: "b");
        Assert.Equal(1, (await _engine.Work.ListWorkersAsync("", Ended)).Single(static worker => worker.Worker == "b").Running);
    }

    [Fact]
    public async Task Workers_MoreThanAreRemembered_AreTheLatest()
    {
        for (var i = 0; i < 1_500; i++)
        {
            await _engine.Acquire(worker: $"w{i:0000}");
            _engine.Advance(0.001);
        }

        var workers = await _engine.Work.ListWorkersAsync("", Ended);

        Assert.Equal((1_000, "w0500"), (workers.Count, workers[0].Worker));
    }

    private static Task<HeartbeatAnswer> Done(Task<HeartbeatAnswer> held) => held.WaitAsync(TimeSpan.FromSeconds(30), Ended);

    private static List<double> Read(TaskEventReader events)
    {
        var read = new List<double>();
        while (events.TryRead(out var found))
            if (found.Event!.Kind == TaskEventKind.Progress) read.Add(found.Event.Task.Work!.Progress!.Done);
        return read;
    }

    public void Dispose() => _engine.Dispose();
}
