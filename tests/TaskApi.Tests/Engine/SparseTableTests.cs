using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Engine;

/// <summary>Tables of which most tasks have been forgotten.</summary>
public sealed class SparseTableTests
{
    [Theory]
    [InlineData(2, true)]
    [InlineData(4, false)]
    public async Task List_ByDue_CountsNoForgottenTasks(int most, bool isTooMany)
    {
        using var engine = new EngineFixture(static options => options.Retention = TimeSpan.Zero);
        var kept = new List<Guid>();
        for (var i = 0; i < 10_000; i++)
        {
            var task = await engine.Create(i % 2_500 == 7 ? 100_000 - i : 1);
            if (i % 2_500 == 7) kept.Insert(0, task.Id);
        }

        engine.Clock.Advance(TimeSpan.FromSeconds(2));
        var page = await engine.Storage.ListAsync("", new TaskQuery(TaskState.Pending, Group: null, Name: null, After: null, Limit: 10) { ByDue = true, MostByDue = most }, CancellationToken.None);

        Assert.Equal(isTooMany, page.IsTooMany);
        Assert.Equal(isTooMany ? [] : kept, page.Tasks.Select(static task => task.Id));
        Assert.Equal(kept.AsEnumerable().Reverse(), (await engine.ListAll(TaskState.Pending)).Select(static task => task.Id));
    }
}
