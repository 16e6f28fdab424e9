using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Events;

public sealed class EventStreamTests : EndpointTests
{
    private const string Path = "/tasks/events";

    [Fact]
    public async Task Stream_Opened_SendsItsHeadAtOnce()
    {
        using var stream = await Open(HttpMethod.Get, Path);

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (stream.Status, stream.MediaType));
        Assert.Equal(("no-store, no-transform", "no"), (stream.Header("Cache-Control"), stream.Header("X-Accel-Buffering")));
        Assert.Equal("utf-8", stream.Charset);
        Assert.Equal("retry: 2000", await stream.Line());
        Assert.Matches("^id: [0-9]+$", await stream.Line());
        Assert.Equal(": open", await stream.Line());
        Assert.Equal("", await stream.Line());
    }

    [Fact]
    public async Task Stream_TasksLives_AreToldWithTheTaskAndConsecutiveNumbers()
    {
        using var stream = await Open(HttpMethod.Get, Path);

        var first = await Create("""{"message":"two\nlines","delaySeconds":10,"name":"n","group":"g"}""");
        var rescheduled = (await Patch($"/tasks/{first.Id()}", """{"delaySeconds":20}""")).Json;
        var second = await Create("""{"message":"Hei","delaySeconds":100}""");
        var cancelled = (await Delete($"/tasks/{second.Id()}?reason=enough")).Json;
        Clock.Advance(Seconds(20));
        var completed = await Finished(first.Id());

        var events = new List<ServerEvent>();
        for (var i = 0; i < 5; i++)
            events.Add((await stream.Event())!);
        Assert.Equal(["created", "rescheduled", "created", "cancelled", "completed"], events.Select(static one => one.Name));
        Assert.Equal([first.ToString(), rescheduled.ToString(), second.ToString(), cancelled.ToString(), completed.ToString()], events.Select(static one => one.Data.ToString()));
        var numbers = events.ConvertAll(static one => long.Parse(one.Id!, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => numbers[0] + i), numbers);
    }

    [Fact]
    public async Task Stream_ATimeout_IsACancellation()
    {
        using var stream = await Open(HttpMethod.Get, Path);
        await Create("""{"message":"Hei","delaySeconds":10,"timeoutSeconds":5}""");
        await stream.Event();

        Clock.Advance(Seconds(5));

        var cancelled = await stream.Event();
        Assert.Equal(("cancelled", "timeout"), (cancelled!.Name, cancelled.Data.GetProperty("error").Text("reason")));
    }

    [Fact]
    public async Task Stream_CallsThatChangeNothing_AreNoEvents()
    {
        using var stream = await Open(HttpMethod.Get, Path);
        var id = await Create(10);
        await Delete($"/tasks/{id}");

        await Delete($"/tasks/{id}");
        await Patch($"/tasks/{id}", """{"delaySeconds":20}""");
        await Post("/tasks", "{}");
        await Create(10);

        Assert.Equal(["created", "cancelled", "created"], [(await stream.Event())!.Name, (await stream.Event())!.Name, (await stream.Event())!.Name]);
    }

    [Fact]
    public async Task Stream_OfAGroup_TellsOfItsTasksAlone()
    {
        using var stream = await Open(HttpMethod.Get, $"{Path}?group=g");
        await Create("""{"message":"other","delaySeconds":10,"group":"h"}""");
        await Create("""{"message":"none","delaySeconds":10}""");
        await Create("""{"message":"mine","delaySeconds":10,"group":"g"}""");

        Assert.Equal("mine", (await stream.Event())!.Data.Text("message"));
    }

    [Fact]
    public async Task Stream_OfSomeTasks_TellsOfThemAlone()
    {
        var ids = await CreateAll(10, 20, 30);
        using var stream = await Open(HttpMethod.Get, $"{Path}?ids={ids[0]},{ids[2].ToUpperInvariant()},{Guid.Empty}");

        Clock.Advance(Seconds(30));

        Assert.Equal(ids[0], (await stream.Event())!.Data.Id());
        Assert.Equal(ids[2], (await stream.Event())!.Data.Id());
    }

    [Fact]
    public async Task Stream_OfSomeTasksAndAGroup_TellsOfThoseThatAreBoth()
    {
        var mine = (await Create("""{"message":"Hei","delaySeconds":20,"group":"g"}""")).Id();
        await Create("""{"message":"Hei","delaySeconds":10,"group":"g"}""");
        using var stream = await Open(HttpMethod.Get, $"{Path}?group=g&ids={mine},{await Create(5)}");

        Clock.Advance(Seconds(20));

        Assert.Equal(mine, (await stream.Event())!.Data.Id());
    }

    [Fact]
    public async Task Stream_OfAnotherOwnersTasks_TellsNothing()
    {
        using var stream = await Open(HttpMethod.Get, Path);
        var storage = Api.Services.GetRequiredService<ITaskStorage>();
        await storage.CreateAsync("somebody", new TaskSpec { Message = "secret", Schedule = new(10) }, watch: false, TestContext.Current.CancellationToken);
        await Create(10);

        Assert.Equal("Hei", (await stream.Event())!.Data.Text("message"));
    }

    [Theory]
    [InlineData("ids=x", "ids")]
    [InlineData("ids=", "ids")]
    [InlineData("ids=01890000-0000-7000-8000-000000000000,", "ids")]
    [InlineData("ids=01890000-0000-7000-8000-000000000000&ids=01890000-0000-7000-8000-000000000001", "ids")]
    [InlineData("group=not%20a%20group", "group")]
    [InlineData("group=", "group")]
    public async Task Stream_BadFilter_IsRefused(string query, string field) => (await Get($"{Path}?{query}")).IsInvalid(field);

    [Fact]
    public async Task Stream_OfTooManyTasks_IsRefused()
    {
        var id = Guid.Empty.ToString();
        (await Get($"{Path}?ids={string.Join(',', Enumerable.Repeat(id, 201))}")).IsInvalid("ids");
        using var stream = await Open(HttpMethod.Get, $"{Path}?ids={string.Join(',', Enumerable.Repeat(id, 200))}");
        Assert.Equal(HttpStatusCode.OK, stream.Status);
    }

    [Fact]
    public async Task Stream_Quiet_SendsACommentEveryFifteenSeconds()
    {
        using var stream = await Open(HttpMethod.Get, Path);
        while (await stream.Line() != "")
        {
        }

        for (var i = 0; i < 3; i++)
        {
            await Clock.TimerArmed(Seconds(15));
            var line = stream.Line();
            Clock.Advance(Seconds(14.999));
            Assert.False(line.IsCompleted);
            Clock.Advance(Seconds(0.001));
            Assert.Equal(":", await line);
            Assert.Equal("", await stream.Line());
        }
    }

    [Fact]
    public async Task Stream_ManyReaders_EachGetsEverything()
    {
        const int Readers = 60;
        var streams = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Open(HttpMethod.Get, Path)));
        try
        {
            var ids = await CreateAll(100, 100, 100);
            var events = streams.Select(async stream => new[] { (await stream.Event())!, (await stream.Event())!, (await stream.Event())! }).ToList();
            // With so many readers each pauses between two sends, so that more events share one.
            while (!events.TrueForAll(static one => one.IsCompleted))
            {
                Clock.Advance(Seconds(0.01));
                await Task.Yield();
            }

            foreach (var seen in events)
                Assert.Equal(ids, (await seen).Select(static one => one.Data.Id()));
        }
        finally
        {
            foreach (var stream in streams)
                stream.Dispose();
        }
    }

    [Fact]
    public async Task Stream_ClientHangsUp_StopsReading()
    {
        var stream = await Open(HttpMethod.Get, Path);
        await Clock.TimerArmed(Seconds(15));
        var gone = Clock.TimerGone(Seconds(15));

        stream.Dispose();

        await gone;
    }

    [Fact]
    public async Task Head_OfTheStream_EndsAtOnce()
    {
        var reply = (await Send(HttpMethod.Head, Path, null)).Is(HttpStatusCode.OK);
        Assert.Equal(("text/event-stream", ""), (reply.MediaType, reply.Body));
    }

    [Fact]
    public async Task Stream_InAnotherForm_IsRefused() =>
        (await Get(Path, ("Accept", "application/json"))).IsProblem(HttpStatusCode.NotAcceptable, "not-acceptable");

    [Fact]
    public async Task Stream_OtherThanGet_IsNotAllowed()
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete })
            Assert.Equal(["GET", "HEAD"], (await Send(method, Path, null)).IsProblem(HttpStatusCode.MethodNotAllowed, "method-not-allowed").ContentHeaders.Allow);
    }
}
