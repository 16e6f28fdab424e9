using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>A wall clock that is set forward, or a machine that was suspended, which looks the same: what is due by the wall clock is due.</summary>
public sealed class WallClockTests : EndpointTests
{
    // Nobody tells of a step: it takes a second or so until it is noticed.
    private const double NoticedWithin = 2;

    [Fact]
    public async Task Task_MachineSuspendedPastItsDueTime_CompletesWhenItWakesAndHealthHasSaidSo()
    {
        var created = await Create("""{"message":"Hei","delaySeconds":3600}""");

        Clock.StepWallClock(TimeSpan.FromHours(2));

        Assert.Equal("degraded", (await Get("/health/ready")).IsJson(HttpStatusCode.OK).Status());
        Clock.Advance(Seconds(NoticedWithin));
        var task = await Finished(created.Id());
        Assert.Equal(("completed", created.Text("dueAt")), (task.Status(), task.Text("dueAt")));
        Assert.InRange(task.Instant("finishedAt"), Now - Seconds(NoticedWithin), Now);
        Assert.Equal("healthy", (await Get("/health/ready")).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public async Task Task_MachineSuspendedForAPartOfItsDelay_CompletesAtItsDueTime()
    {
        var id = await Create(3600);
        Clock.StepWallClock(TimeSpan.FromMinutes(30));

        await Pass(Seconds(1799.999));
        Assert.Equal("pending", (await Look(id)).Status());
        Clock.Advance(Seconds(0.001));

        var task = await Finished(id);
        Assert.Equal(task.Text("dueAt"), task.Text("finishedAt"));
    }

    [Fact]
    public async Task Task_CreatedJustAfterTheStep_IsNotEarly()
    {
        await Create(3600);
        Clock.StepWallClock(TimeSpan.FromMinutes(30));
        var id = await Create(600);

        await Pass(Seconds(599.999));
        Assert.Equal("pending", (await Look(id)).Status());
        Clock.Advance(Seconds(0.001));

        Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Fact]
    public async Task Task_WallClockSetForwardAndBackAgain_KeepsItsDelay()
    {
        Clock.StepWallClock(TimeSpan.FromHours(1));
        await Pass(Seconds(NoticedWithin));
        Clock.StepWallClock(TimeSpan.FromHours(-1));
        var id = await Create(10);

        await Pass(Seconds(9.999));
        Assert.Equal("pending", (await Look(id)).Status());
        Clock.Advance(Seconds(0.001));

        Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Fact]
    public async Task IdempotencyKey_WallClockSetForward_IsKept()
    {
        var first = await Post("/tasks", """{"message":"Hei"}""", ("Idempotency-Key", "key"));
        Clock.StepWallClock(TimeSpan.FromDays(2));
        await Pass(Seconds(60));

        var again = await Post("/tasks", """{"message":"Hei"}""", ("Idempotency-Key", "key"));

        Assert.Equal((first.Body, "true"), (again.Body, again.Header("Idempotency-Replayed")));
    }
}
