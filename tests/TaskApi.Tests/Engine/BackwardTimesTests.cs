using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

/// <summary>Tasks that are asked for by when they were created, where the wall clock was set back meanwhile.</summary>
public sealed class BackwardTimesTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task CreatedBefore_AfterTheClockWasSetBack_FindsWhatWasCreatedThen()
    {
        var start = _engine.Clock.GetUtcNow();
        await _engine.Create(60);
        _engine.Clock.StepWallClock(TimeSpan.FromHours(-1));
        var (pending, failed) = (await _engine.Create(60), await _engine.Start());
        await _engine.Raise(failed.Token, retry: false);
        _engine.Clock.StepWallClock(TimeSpan.FromHours(2));
        await _engine.Create(60);
        var until = start.AddMinutes(-30);

        Assert.Equal([pending.Id, failed.Task.Id], await List(new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: 10) { CreatedBefore = until }));
        Assert.Equal([failed.Task.Id, pending.Id], await List(new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: 10, NewestFirst: true) { CreatedBefore = until }));
        Assert.Equal([pending.Id], await List(new TaskQuery(TaskState.Pending, Group: null, Name: null, After: null, Limit: 10) { CreatedBefore = until, ByDue = true }));
        Assert.Empty(await List(new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: 10) { CreatedBefore = start.AddHours(-1) }));
        Assert.Equal(1, (await _engine.Storage.History.RerunManyAsync("", new RerunQuery(TaskState.Failed) { CreatedBefore = until }, Ended)).Created);
        Assert.Equal(new CancelCounts(1, 0), await _engine.Storage.CancelAllAsync("", new CancelQuery { CreatedBefore = until }, TaskErrors.CancelledPlainly, Ended));
    }

    [Fact]
    public async Task CreatedBefore_AfterManySuchSteps_FindsEachTask()
    {
        var created = new List<TaskSnapshot>();
        for (var i = 0; i < 200; i++)
        {
            created.Add(await _engine.Create(60));
            _engine.Clock.StepWallClock(TimeSpan.FromMinutes(i % 2 == 0 ? -7 : 9));
        }

        foreach (var until in created.Select(static task => task.CreatedAt))
        {
            var expected = created.Where(task => task.CreatedAt < until).Select(static task => task.Id);
            Assert.Equal(expected, await List(new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: 1_000) { CreatedBefore = until }));
        }
    }

    public void Dispose() => _engine.Dispose();

    private async Task<IEnumerable<Guid>> List(TaskQuery query) => (await _engine.Storage.ListAsync("", query, Ended)).Tasks.Select(static task => task.Id);
}
