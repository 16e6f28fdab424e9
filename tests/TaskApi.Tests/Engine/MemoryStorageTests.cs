using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Engine;

public sealed class MemoryStorageTests
{
    [Fact]
    public async Task Find_AfterItsNeighboursAreForgotten_StillReadsTheTask()
    {
        using var engine = new EngineFixture(static options => options.MaxFinished = 0);
        var kept = new List<TaskSnapshot>();
        for (var i = 0; i < 20_000; i++)
        {
            var task = await engine.Create(i % 997 == 0 ? 86_400 : 1, $"message {i} ü", group: i % 2 == 0 ? "even" : null);
            if (i % 997 == 0) kept.Add(task);
        }

        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var task in kept)
        {
            var found = await engine.Find(task.Id);
            Assert.Equal((task.Message, task.Group, task.CreatedAt, task.DueAt), (found!.Message, found.Group, found.CreatedAt, found.DueAt));
        }

        Assert.Equal(kept.Select(static task => task.Id), (await engine.ListAll()).Select(static task => task.Id));
        Assert.Equal(
            kept.Where(static task => task.Group is not null).Select(static task => task.Id),
            (await engine.ListAll(group: "even")).Select(static task => task.Id));
        engine.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await engine.ListAll());
    }

    [Fact]
    public async Task Create_ThatThrows_GivesItsPlaceBack()
    {
        using var engine = new EngineFixture(static options => options.MaxPending = 2);
        var never = new TaskSpec { Message = "never", Schedule = new TaskSchedule(0, DateTimeOffset.MaxValue) };
        var unique = Spec() with { Schedule = never.Schedule };
        unique = unique with { Work = unique.Work! with { Unique = new UniqueTask("k", UniqueScope.Unfinished, UniqueConflict.Existing) } };

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await engine.Storage.CreateAsync("", never, watch: false, Ended));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await engine.Storage.CreateManyAsync("", [never, never], watch: false, Ended));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await engine.Storage.CreateAsync("", unique, watch: false, Ended));
        }

        await engine.Create(1);
        await engine.Create(1);
        Assert.Equal(2, (await engine.Storage.GetStatsAsync("", Ended)).Created);
    }

    [Fact]
    public async Task Change_OfATaskWhoseNeighboursAreGone_IsSeenAndCompletes()
    {
        using var engine = new EngineFixture(static options => options.MaxFinished = 5_000);
        var kept = await engine.Create(3_600, "kept");
        for (var i = 0; i < 12_000; i++) await engine.Create(1);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var change = new TaskRevision(new TaskSchedule(10), "changed");
        Assert.Equal(AnswerStatus.Ok, (await engine.Storage.RescheduleAsync("", kept.Id, change, condition: null, CancellationToken.None)).Status);
        engine.Clock.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False((await engine.Find(kept.Id))!.IsDone);
        engine.Clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.EndsWith(" changed", (await engine.Find(kept.Id))!.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_WorkWithoutInputWhoseNeighboursAreForgotten_StillReadsIt()
    {
        using var engine = new EngineFixture(static options => options.MaxFinished = 0);
        var kept = (await engine.Storage.CreateAsync("", Spec(delaySeconds: 60, input: ""), watch: false, Ended)).Task!;
        for (var i = 0; i < 6_000; i++) await engine.Storage.CreateAsync("", Spec(input: "", group: "g"), watch: false, Ended);

        var cancelled = await engine.Storage.CancelAllAsync("", new CancelQuery("g"), TaskErrors.CancelledPlainly, Ended);

        Assert.Equal(6_000, cancelled.Cancelled);
        Assert.Equal((kept.Id, 0), ((await engine.Find(kept.Id))!.Id, (await engine.Find(kept.Id))!.Work!.Input.Length));
        engine.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(kept.Id, Assert.Single(await engine.ListAll()).Id);
    }

    [Fact]
    public async Task Find_LongAndMultilingualMessages_AreKeptToTheLetter()
    {
        using var engine = new EngineFixture();
        var messages = Enumerable.Range(1, 300).Select(static i => string.Concat(Enumerable.Repeat(i % 3 == 0 ? "日本語" : i % 3 == 1 ? "😀\r\n" : "\0a\"", i * 4_096 / 300 / 4 + 1))).ToList();
        var ids = new List<Guid>();
        foreach (var message in messages) ids.Add((await engine.Create(1, message)).Id);
        for (var i = 0; i < ids.Count; i++) Assert.Equal(messages[i], (await engine.Find(ids[i]))!.Message);
    }

    [Fact]
    public async Task Find_GuessedId_FindsNothing()
    {
        using var engine = new EngineFixture();
        var task = await engine.Create(1);
        Assert.True(TaskId.TryParse(task.Id, out var id));
        Assert.Null(await engine.Find((id with { Nonce = id.Nonce ^ 1 }).ToGuid()));
        Assert.Null(await engine.Find((id with { Time = id.Time + 1 }).ToGuid()));
        Assert.Null(await engine.Find((id with { Sequence = 0 }).ToGuid()));
        Assert.Null(await engine.Find((id with { Sequence = 2 }).ToGuid()));
        Assert.Null(await engine.Find((id with { Sequence = (1L << 44) - 1 }).ToGuid()));
        Assert.Null(await engine.Find(Guid.NewGuid()));
    }

    [Fact]
    public async Task Owners_SeeCountAndCancelOnlyTheirOwn()
    {
        using var engine = new EngineFixture();
        var anna = await engine.Create(10, group: "g", name: "n", owner: "a");
        await engine.Create(10, group: "g", name: "n", owner: "b");
        Assert.Null(await engine.Find(anna.Id, "b"));
        Assert.Equal(AnswerStatus.NotFound, (await engine.Cancel(anna.Id, "b")).Status);
        Assert.Equal(AnswerStatus.NotFound, (await engine.Cancel(anna.Id, "c")).Status);
        Assert.Single(await engine.ListAll(owner: "a"));
        Assert.Single(await engine.ListAll(owner: "a", group: "g"));
        Assert.Single(await engine.ListAll(owner: "b", name: "n"));
        Assert.Empty(await engine.ListAll(owner: "c"));
        Assert.Equal(1, (await engine.Storage.CancelAllAsync("b", default, new TaskError("cancelled", null), CancellationToken.None)).Cancelled);
        var stats = await engine.Storage.GetStatsAsync("a", CancellationToken.None);
        Assert.Equal((1, 1, 0), (stats.Created, stats.Pending, stats.Cancelled));
    }

    [Fact]
    public async Task List_RareMatchAmongMany_ComesInBoundedPages()
    {
        using var engine = new EngineFixture(static options => options.MaxFinished = 1_000_000);
        var rare = new List<Guid>();
        for (var i = 0; i < 150_000; i++)
        {
            var task = await engine.Create(60, group: "all");
            if (i % 40_000 == 39_999) rare.Add(task.Id);
        }

        foreach (var id in rare) await engine.Cancel(id);
        var first = await engine.Storage.ListAsync("", new TaskQuery(TaskState.Cancelled, "all", null, null, 1_000), CancellationToken.None);
        Assert.NotNull(first.Next);
        Assert.Single(first.Tasks);
        Assert.Equal(rare, (await engine.ListAll(TaskState.Cancelled, "all", limit: 1_000)).Select(static task => task.Id));
        Assert.Equal(rare, (await engine.ListAll(TaskState.Cancelled, limit: 2)).Select(static task => task.Id));
    }
}
