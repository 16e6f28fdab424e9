using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>What <see cref="ITaskQueries"/> promises.</summary>
public sealed class QueryTests : PortTests
{
    [Fact]
    public async Task FindMany_OfAllKinds_HasNullForWhatIsNotTheOwners()
    {
        var (own, others) = (await Create(Spec(10)), await Create(Spec(10), owner: "else"));

        var found = await Queries.FindManyAsync(Owner, [others.Id, own.Id, Guid.NewGuid(), own.Id], Ended);

        Assert.Equal([null, own.Id, null, own.Id], found.Select(static task => task?.Id));
        Assert.Equal(new TaskAnswer(AnswerStatus.NotFound), await Queries.FindAsync(Owner, others.Id, Ended));
        Assert.Equal(new TaskAnswer(AnswerStatus.NotFound), await Queries.FindAsync("nobody", own.Id, Ended));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task List_ByPages_HasEachThatMatchesOnceInOrder(bool newestFirst)
    {
        var matching = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            matching.Add((await Create(Spec(10, group: "g", name: "n"))).Id);
            await Create(Spec(10, group: "g", name: "other"));
            await Create(Spec(10, group: "g", name: "n"), owner: "else");
        }

        await Cancel(matching[3]);
        matching.RemoveAt(3);
        if (newestFirst)
            matching.Reverse();

        var listed = new List<Guid>();
        Guid? after = null;
        do
        {
            var page = await Queries.ListAsync(Owner, new TaskQuery(TaskState.Pending, "g", "n", after, Limit: 4, newestFirst), Ended);
            Assert.InRange(page.Tasks.Count, 0, 4);
            listed.AddRange(page.Tasks.Select(static task => task.Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(matching, listed);
    }

    [Fact]
    public async Task List_ByDue_LooksThroughAsManyAsMayBe()
    {
        for (var i = 0; i < 600; i++)
            await Create(Spec(1_000 - i));
        var query = new TaskQuery(TaskState.Pending, Group: null, Name: null, After: null, Limit: 10) { ByDue = true };
        Assert.Equal(2_000_000, query.MostByDue);

        var all = await Queries.ListAsync(Owner, query with { MostByDue = 600 }, Ended);
        Assert.Equal((10, 401, false), (all.Tasks.Count, all.Tasks[0].DelaySeconds, all.IsTooMany));
        foreach (var most in (int[])[599, 512, 256, 1])
        {
            var refused = await Queries.ListAsync(Owner, query with { MostByDue = most }, Ended);
            Assert.Equal((0, null, true), (refused.Tasks.Count, refused.Next, refused.IsTooMany));
        }
    }

    [Fact]
    public async Task Stats_AfterEachKindOfEnd_CountTheOwnersTasks()
    {
        await Create(Spec(1));
        await Create(Spec(10, timeoutSeconds: 0.5));
        await Create(Spec(10));
        var cancelled = await Create(Spec(10));
        await Create(Spec(1), owner: "else");
        await Cancel(cancelled.Id);
        Advance(1);

        var stats = await Queries.GetStatsAsync(Owner, Ended);

        Assert.Equal((1, 4, 1, 2, 0), (stats.Pending, stats.Created, stats.Completed, stats.Cancelled, stats.Failed));
        Assert.Equal(default, Counts(await Queries.GetStatsAsync("nobody", Ended)));
    }

    private static (long Pending, long Created, long Completed, long Cancelled, long Failed) Counts(StorageStats stats) =>
        (stats.Pending, stats.Created, stats.Completed, stats.Cancelled, stats.Failed);
}
