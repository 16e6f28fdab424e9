using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Sql;

/// <summary>How signs of life are written down: one row a worker, whatever it runs, and each lease as long as it was asked for all the same.</summary>
public sealed class WorkBeatTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Heartbeat_OfAllThatAWorkerRuns_ChangesOneRowAndNoTask()
    {
        var leases = await StartAndBeat(3);
        var before = _engine.Ask("SELECT group_concat(version || ' ' || beat || ' ' || coalesce(alarm, '-')) FROM work");
        _engine.Advance(5);

        await _engine.Beat(10, leases);

        Assert.Equal(before, _engine.Ask("SELECT group_concat(version || ' ' || beat || ' ' || coalesce(alarm, '-')) FROM work"));
        Assert.Equal("1", _engine.Ask("SELECT count(*) FROM beats"));
        _engine.Advance(9.999);
        Assert.Equal(3, (await _engine.Stats()).Running);
        _engine.Advance(0.001);
        Assert.Equal((0, 3), (await _engine.Stats() is var stats ? (stats.Running, stats.Lost) : default));
        Assert.Equal("0", _engine.Ask("SELECT count(*) FROM beats"));
    }

    [Fact]
    public async Task Heartbeat_OfMostThatAWorkerRuns_LeavesTheRestItsLease()
    {
        var leases = await StartAndBeat(3);
        _engine.Advance(5);

        await _engine.Beat(10, leases[0], leases[1]);

        await AssertLost(leases, afterFive: [2], afterTen: [0, 1]);
    }

    [Fact]
    public async Task Heartbeat_OfAFewThatAWorkerRuns_RenewsThoseAlone()
    {
        var leases = await StartAndBeat(3);
        _engine.Advance(5);

        await _engine.Beat(10, leases[0]);

        await AssertLost(leases, afterFive: [1, 2], afterTen: [0]);
    }

    [Fact]
    public async Task Heartbeat_AfterTheLeasesHaveEnded_RenewsNothing()
    {
        var leases = await StartAndBeat(2);
        _engine.Advance(10);

        Assert.Equal(2, (await _engine.Beat(10, leases)).Lost.Count);

        Assert.Equal((2, 2), (await _engine.Stats() is var stats ? (stats.Ready, stats.Lost) : default));
    }

    [Fact]
    public async Task Heartbeat_WithAnotherOwnersToken_IsLostToItAndRenewsNothing()
    {
        var leases = await StartAndBeat(1);
        _engine.Advance(5);
        var call = new WorkHeartbeat { Owner = "another", Worker = "w", Leases = leases, Lease = TimeSpan.FromHours(1) };

        Assert.Null(Assert.Single((await _engine.Storage.Work.HeartbeatAsync(call, CancellationToken.None)).Lost).Id);

        _engine.Advance(5);
        Assert.Equal(1, (await _engine.Stats()).Lost);
    }

    [Fact]
    public async Task Heartbeats_WhileTheirAttemptEnds_LeaveNothingKnownOfIt()
    {
        for (var round = 0; round < 200; round++)
        {
            var token = (await _engine.StartWork()).Token;
            var beating = Enumerable.Range(0, 4).Select(_ => Task.Run(() => _engine.Beat(10, new LeaseBeat(token))));
            await Task.WhenAll([.. beating, Task.Run(() => _engine.Finish(WorkOutcome.Returned(token, "1"u8.ToArray())))]);
        }

        Assert.Equal(0, _engine.Running.Count);
    }

    [Fact]
    public async Task Heartbeat_AfterARestart_HasItsAttemptsKnownUntilTheyEnd()
    {
        var leases = await StartAndBeat(2);
        _engine.Restart();
        Assert.Equal(0, _engine.Running.Count);

        await _engine.Beat(10, leases);
        Assert.Equal(2, _engine.Running.Count);

        await _engine.Finish(WorkOutcome.Returned(leases[0].Token, "1"u8.ToArray()));
        Assert.Equal(1, _engine.Running.Count);
    }

    private async Task<LeaseBeat[]> StartAndBeat(int count)
    {
        var leases = new LeaseBeat[count];
        for (var i = 0; i < count; i++) leases[i] = new LeaseBeat((await _engine.StartWork(leaseSeconds: 10)).Token);
        await _engine.Beat(10, leases);
        return leases;
    }

    private async Task AssertLost(LeaseBeat[] leases, int[] afterFive, int[] afterTen)
    {
        foreach (var lost in new[] { afterFive, [.. afterFive, .. afterTen] })
        {
            _engine.Advance(5);
            for (var i = 0; i < leases.Length; i++)
                Assert.Equal(lost.Contains(i) ? TaskState.Pending : TaskState.Running, (await _engine.Find(leases[i].Token.Task))!.State);
        }
    }
}
