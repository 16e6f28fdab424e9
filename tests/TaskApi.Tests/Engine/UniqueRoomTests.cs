using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>The room that tasks with keys of their own take.</summary>
public sealed class UniqueRoomTests
{
    [Fact]
    public async Task Batch_WhoseFirstTaskOfAKeyIsCancelledAtOnce_TakesRoomForTheSecond()
    {
        using var engine = new WorkFixture(static options => options.MaxPending = 2);
        var failed = await engine.Start();
        await engine.Raise(failed.Token, retry: false);
        var only = Spec() is var spec ? spec with { Work = spec.Work! with { Unique = new UniqueTask("k", UniqueScope.Unfinished, UniqueConflict.Existing) } } : null!;

        var ids = await engine.CreateMany(only.After(failed.Task.Id), only);

        Assert.Equal((TaskState.Cancelled, TaskState.Pending), (await engine.StateOf(ids[0]), await engine.StateOf(ids[1])));
        await engine.Create();
        Assert.Equal(AnswerStatus.CapacityReached, (await engine.Storage.CreateAsync("", Spec(), watch: false, Ended)).Status);
    }
}
