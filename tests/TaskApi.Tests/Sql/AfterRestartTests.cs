using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Sql;

/// <summary>What a stop and a start leave of tasks that wait for others.</summary>
public sealed class AfterRestartTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Restart_ATaskThatWaits_IsThereToTheLetterAndReleased()
    {
        var message = await _engine.Create(Message(60));
        var waits = await _engine.Create(Spec(5).After(AfterRule.Done, message.Id));

        _engine.Restart();

        Assert.Equivalent(waits, await _engine.Find(waits.Id), strict: true);
        _engine.Advance(60);
        Assert.Empty(await _engine.Acquire());
        _engine.Advance(5);
        Assert.Equal(waits.Id, Assert.Single(await _engine.Acquire()).Task.Id);
    }

    [Fact]
    public async Task Restart_AfterWhatHasEnded_CameDueMeanwhile()
    {
        var message = await _engine.Create(Message(60));
        var waits = await _engine.Create(Spec().After(message.Id));
        _engine.Stop();
        _engine.Advance(3600);

        _engine.Start();

        // It may come due only with the first call.
        LeasedTask[] leased = [.. await _engine.Acquire(), .. await _engine.Acquire()];
        Assert.Equal(waits.Id, Assert.Single(leased).Task.Id);
    }
}
