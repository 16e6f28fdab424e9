using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>What workers hear of a service that stops.</summary>
public sealed class WorkShutdownTests : WorkEndpointTests
{
    public WorkShutdownTests()
        : base(("Tasks:ShutdownGrace", "00:00:05"))
    {
    }

    public override ValueTask DisposeAsync()
    {
        Clock.Advance(Seconds(5));
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Acquire_WhenTheServiceStops_IsToldSo()
    {
        var acquiring = Post("/work/acquire", """{"worker":"w","queues":["q"],"waitSeconds":60}""");
        await Clock.TimerArmed(Seconds(60));

        await Stop();

        (await acquiring).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
        (await Post("/work/acquire", """{"worker":"w","queues":["q"]}""")).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
    }

    [Fact]
    public async Task Heartbeat_WhenTheServiceStops_SaysThatItDrains()
    {
        var (_, token) = await Run();
        var beating = Beat(token, more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60));

        await Stop();

        Assert.True((await beating).GetProperty("drain").GetBoolean());
        Assert.Equal("completed", (await Finish(token, "\"result\":1")).Status());
        Assert.True((await Beat(token, more: ""","waitSeconds":60""")).GetProperty("drain").GetBoolean());
    }

    // Begins it, as SIGTERM does: it gives this task the time to come due, and calls go on meanwhile.
    private async Task Stop()
    {
        await Create(3);
        Api.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
    }
}
