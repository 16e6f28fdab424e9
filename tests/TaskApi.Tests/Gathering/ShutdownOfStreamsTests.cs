using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>What those hear who wait for many tasks, or send or receive them, when the service shuts down.</summary>
public sealed class ShutdownOfStreamsTests() : GatheringTests(("Tasks:ShutdownGrace", "00:00:05"))
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    public override ValueTask DisposeAsync()
    {
        Clock.Advance(_grace);
        return base.DisposeAsync();
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("wait")]
    public async Task Wait_ServiceShutsDown_IsToldSo(string call)
    {
        var reply = await Waiting($"/tasks/{call}", Ids(await CreateAll(3, 20), "\"onTimeout\":\"cancel\""));

        await BeginShutdown();

        Assert.NotNull((await reply).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down").Header("Retry-After"));
    }

    [Theory]
    [InlineData("gather", """{"tasks":[{"message":"Hei"}]}""")]
    [InlineData("as-completed", """{"ids":[]}""")]
    [InlineData("batch", """[{"message":"Hei"}]""")]
    public async Task Call_ServiceIsShuttingDown_IsRefused(string call, string body)
    {
        await Create(3);
        await BeginShutdown();

        (await Post($"/tasks/{call}", body)).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task BatchStream_ServiceIsShuttingDown_IsRefused()
    {
        await Create(3);
        await BeginShutdown();

        (await Send(HttpMethod.Post, "/tasks/batch", Content(NewTask(1), "application/x-ndjson"))).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task BatchStream_ServiceShutsDown_SaysAtWhichLineItStopped()
    {
        using var lines = new LineContent();
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", lines);
        await lines.Write($"{NewTask(3)}\n\n{NewTask(3)}\n");
        await stream.Json();
        await stream.Json();

        await BeginShutdown();

        var last = await stream.Json();
        Assert.Equal(4, last.Number("line"));
        Assert.Equal("urn:taskapi:problem:shutting-down", last.GetProperty("problem").Text("type"));
        await stream.Ends();
        Assert.Equal(2, await Created());
    }

    [Fact]
    public async Task CompletionStream_ServiceShutsDown_EndsWithoutTheRest()
    {
        var ids = await CreateAll(1, 3);
        using var stream = await Open(HttpMethod.Post, "/tasks/as-completed", Content(Ids(ids)));
        Clock.Advance(Seconds(1));
        Assert.Equal(ids[0], (await stream.Json()).Id());

        await BeginShutdown();

        await stream.Ends();
    }

    [Fact]
    public async Task EventStream_ServiceShutsDown_EndsAndIsRefusedToOthers()
    {
        await Create(3);
        using var stream = await Open(HttpMethod.Get, "/tasks/events");

        await BeginShutdown();

        Assert.Null(await stream.Event());
        (await Get("/tasks/events")).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
    }

    /// <summary>As on SIGTERM; goes on once the storage waits for what is due within the grace, of which there must be something.</summary>
    private async Task BeginShutdown()
    {
        Api.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await Clock.TimerArmed(_grace);
    }
}
