using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>What asyncio's own tests say of as_completed, over HTTP.</summary>
public sealed class AsCompletedTests() : GatheringTests
{
    private const string Path = "/tasks/as-completed";

    [Fact]
    public async Task Stream_TasksFinishing_TellsOfEachAtTheMomentItDoes()
    {
        var ids = await CreateAll(30, 10, 20);
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids(ids)));
        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson"), (stream.Status, stream.MediaType));
        Assert.Equal(("no-store, no-transform", "no"), (stream.Header("Cache-Control"), stream.Header("X-Accel-Buffering")));
        Assert.Equal("utf-8", stream.Charset);

        foreach (var id in new[] { ids[1], ids[2], ids[0] })
        {
            var line = stream.Json();
            Assert.False(line.IsCompleted);
            Clock.Advance(Seconds(10));
            Assert.Equal((await Finished(id)).ToString(), (await line).ToString());
        }

        await stream.Ends();
    }

    [Fact]
    public async Task Stream_TasksDoneAlready_ComeFirstTheEarliestBeforeTheOthers()
    {
        var ids = await CreateAll(30, 2, 1, 3);
        await Pass(Seconds(2));
        await Delete($"/tasks/{ids[3]}");
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids(ids)));

        Assert.Equal(ids[2], (await stream.Json()).Id());
        Assert.Equal(ids[1], (await stream.Json()).Id());
        Assert.Equal(ids[3], (await stream.Json()).Id());
        var last = stream.Json();
        Assert.False(last.IsCompleted);
        Clock.Advance(Seconds(28));
        Assert.Equal(ids[0], (await last).Id());
        await stream.Ends();
    }

    [Fact]
    public async Task Stream_AsEvents_NamesThemAfterTheStatus()
    {
        var ids = await CreateAll(10, 20, 30);
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids(ids)), ("Accept", "text/event-stream"));
        Assert.Equal("text/event-stream", stream.MediaType);

        await Delete($"/tasks/{ids[1]}");
        var cancelled = await stream.Event();
        Assert.Equal("cancelled", cancelled!.Name);
        Assert.Null(cancelled.Id);
        Assert.Equal((await Look(ids[1])).ToString(), cancelled.Data.ToString());
        Clock.Advance(Seconds(10));
        Assert.Equal(("completed", ids[0]), ((await stream.Event()) is { } completed ? (completed.Name, completed.Data.Id()) : default));
        Clock.Advance(Seconds(20));
        await stream.Event();
        Assert.Null(await stream.Event());
    }

    [Theory]
    [InlineData("*/*", "application/x-ndjson")]
    [InlineData("text/*", "text/event-stream")]
    [InlineData("application/json, text/event-stream;q=0.1", "text/event-stream")]
    [InlineData("text/event-stream;q=0.5, application/x-ndjson", "application/x-ndjson")]
    public async Task Stream_ByAccept_HasTheFormThatIsLikedBest(string accept, string mediaType)
    {
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids([])), ("Accept", accept));
        Assert.Equal(mediaType, stream.MediaType);
    }

    [Theory]
    [InlineData("""{"ids":[]}""")]
    [InlineData("""{"group":"nobody"}""")]
    public async Task Stream_OfNothing_IsEmpty(string body)
    {
        using var stream = await Open(HttpMethod.Post, Path, Content(body));
        Assert.Equal(HttpStatusCode.OK, stream.Status);
        await stream.Ends();
    }

    [Fact]
    public async Task Stream_AnIdTwice_ComesOnce()
    {
        var ids = await CreateAll(1, 2);
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids([ids[1], ids[0], ids[1], ids[0].ToUpperInvariant()])));

        Clock.Advance(Seconds(2));

        Assert.Equal([ids[0], ids[1]], (await stream.Rest()).Select(TaskJson.Id));
    }

    [Fact]
    public async Task Stream_OfAGroup_HasTheTasksThatItHasNow()
    {
        var ids = new[] { (await Create(NewTask(2))).Id(), (await Create(NewTask(1))).Id() };
        using var stream = await Open(HttpMethod.Post, Path, Content("""{"group":"g"}"""));
        await Create(NewTask(1.5));

        Clock.Advance(Seconds(2));

        Assert.Equal([ids[1], ids[0]], (await stream.Rest()).Select(TaskJson.Id));
    }

    [Fact]
    public async Task Stream_OutOfTime_EndsWithoutTheRest()
    {
        var ids = await CreateAll(1, 100);
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids(ids, "\"waitSeconds\":5")));

        Clock.Advance(Seconds(1));
        Assert.Equal(ids[0], (await stream.Json()).Id());
        Clock.Advance(Seconds(4));

        Assert.Empty(await stream.Rest());
        Assert.Equal("pending", (await Look(ids[1])).Status());
    }

    [Fact]
    public async Task Stream_WithoutTime_HasWhatIsDoneAndEnds()
    {
        var ids = await CreateAll(1, 100);
        await Pass(Seconds(1));
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids(ids, "\"waitSeconds\":0")));

        Assert.Equal([ids[0]], (await stream.Rest()).Select(TaskJson.Id));
    }

    [Fact]
    public async Task Stream_WithoutALimit_LastsAsLongAsAllowed()
    {
        using var stream = await Open(HttpMethod.Post, Path, Content(Ids(await CreateAll(100))));
        await Clock.TimerArmed(Seconds(60));

        Clock.Advance(Seconds(60));

        await stream.Ends();
    }

    [Fact]
    public async Task Stream_ManyTasksAtOnce_HasThemAll()
    {
        var created = await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat(NewTask(5), 2_000))}]");
        using var stream = await Open(HttpMethod.Post, Path, Content("""{"group":"g"}"""));

        Clock.Advance(Seconds(5));

        Assert.Equal(created.Json.Items("tasks").Select(TaskJson.Id).Order(StringComparer.Ordinal), (await stream.Rest()).Select(TaskJson.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stream_ClientHangsUp_EndsTheWaitAndCancelsNothing()
    {
        var ids = await CreateAll(1, 100);
        var stream = await Open(HttpMethod.Post, Path, Content(Ids(ids)));
        await Clock.TimerArmed(Seconds(60));
        var gone = Clock.TimerGone(Seconds(60));

        stream.Dispose();

        await gone;
        Assert.Equal("pending", (await Look(ids[1])).Status());
    }
}
