using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Workers that fall silent for longer than a lease, and have a call for work held open meanwhile: one silence costs one loss.</summary>
public sealed class FrozenWorkerTests : WorkEndpointTests
{
    private const string Other = "w2";

    [Fact]
    public async Task Acquire_HeldByAWorkerThatLosesALease_IsAnsweredWithNothing()
    {
        var (id, _) = await Run();
        var held = Acquire(more: ""","waitSeconds":60""");
        var ofAnotherQueue = Acquire(queue: "other", more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60), 2);

        Clock.Advance(Seconds(30));

        Assert.Empty((await held).Items("tasks"));
        Assert.Empty((await ofAnotherQueue).Items("tasks"));
        var task = await Look(id);
        Assert.Equal(("pending", 1), (task.Status(), task.Number("attempt")));
    }

    [Fact]
    public async Task Acquire_HeldByAWorkerThatLosesALease_LeavesTheTaskToTheNext()
    {
        var (id, _) = await Run();
        var ofTheLoser = Acquire(more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60));
        var ofAnother = AcquireAs(Other);
        await Clock.TimerArmed(Seconds(60), 2);

        Clock.Advance(Seconds(30));

        var task = Assert.Single((await ofAnother).Items("tasks"));
        Assert.Equal((id, 2, Other), (task.Id(), task.Number("attempt"), task.Text("worker")));
        Assert.Empty((await ofTheLoser).Items("tasks"));
    }

    [Fact]
    public async Task Acquire_AskedAnewAfterALoss_GetsTheTask()
    {
        var (id, _) = await Run();
        var held = Acquire(more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60));
        Clock.Advance(Seconds(30));
        await held;

        var task = Assert.Single((await Acquire(more: ""","waitSeconds":60""")).Items("tasks"));

        Assert.Equal((id, 2), (task.Id(), task.Number("attempt")));
    }

    [Fact]
    public async Task Acquire_HeldByAWorkerThatLosesALeaseForGood_IsAnsweredToo()
    {
        var (id, _) = await Run(""" "retry":{"maxLosses":0} """);
        var held = Acquire(more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60));

        Clock.Advance(Seconds(30));

        Assert.Empty((await held).Items("tasks"));
        Assert.Equal("worker-lost", (await Finished(id)).GetProperty("error").Text("reason"));
    }

    [Fact]
    public async Task Acquire_HeldByAnotherWorker_IsHeldOn()
    {
        await Run(""" "retry":{"maxLosses":0} """);
        var held = AcquireAs(Other);
        await Clock.TimerArmed(Seconds(60));

        Clock.Advance(Seconds(30));
        var next = (await CreateWork()).Id();

        Assert.Equal(next, Assert.Single((await held).Items("tasks")).Id());
    }

    private async Task<JsonElement> AcquireAs(string worker) =>
        (await Post("/work/acquire", $$"""{"worker":"{{worker}}","queues":["resize"],"waitSeconds":60}""")).IsJson(HttpStatusCode.OK);
}
