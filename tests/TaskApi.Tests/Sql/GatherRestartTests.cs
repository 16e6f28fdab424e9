using TaskApi.Engine.Model;
using TaskApi.Tests.Work.Gathers;
using static TaskApi.Tests.Work.AfterFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Sql;

/// <summary>What a stop and a start leave of gathers.</summary>
public sealed class GatherRestartTests : IDisposable
{
    private readonly SqlFixture _engine = new SqlFixture().Start();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Restart_AGather_IsThereToTheLetterAndEndsWithItsMembers()
    {
        var (first, second) = (await _engine.Create(Message(60)), await _engine.Create(Message(120)));
        var gather = await _engine.Create(GatherFixture.Gather(second.Id, first.Id));

        _engine.Restart();

        Assert.Equivalent(gather, await _engine.Find(gather.Id), strict: true);
        _engine.Advance(60);
        Assert.Equal(TaskState.Running, (await _engine.Find(gather.Id))!.State);
        _engine.Stop();
        _engine.Advance(600);
        _engine.Start();
        for (var i = 0; i < 3; i++) await _engine.Acquire();
        Assert.Equal($"[\"{(await _engine.Find(second.Id))!.Result}\",\"{(await _engine.Find(first.Id))!.Result}\"]", Text((await _engine.Find(gather.Id))!.Work!.Result!.Value));
    }

    [Fact]
    public async Task Restart_AGroupThatIsBeingCancelled_GoesOnWithThat()
    {
        var group = await _engine.Create(GatherFixture.GatherOf(Spec(), Spec(60)));
        var running = Assert.Single(await _engine.Acquire());
        await _engine.Cancel(group.Id);

        _engine.Restart();

        Assert.True((await _engine.Find(group.Id))!.Work!.CancelRequested);
        await _engine.Finish(WorkOutcome.Ended(running.Token));
        Assert.Equal(TaskState.Cancelled, (await _engine.Find(group.Id))!.State);
    }
}
