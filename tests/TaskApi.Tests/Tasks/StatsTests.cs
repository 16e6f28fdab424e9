using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class StatsTests() : EndpointTests(("Tasks:MaxPending", "1234"), ("Tasks:MaxFinished", "1"))
{
    [Fact]
    public async Task Stats_AtTheStart_AreAllThereAndZero()
    {
        var stats = await Stats();

        Assert.Equal(["pending", "created", "completed", "cancelled", "failed", "running", "ready", "retried", "lost", "capacity", "latenessMs", "uptimeSeconds"], stats.Members());
        Assert.Equal(["p50", "p99", "max"], stats.GetProperty("latenessMs").Members());
        foreach (var count in (ReadOnlySpan<string>)["pending", "created", "completed", "cancelled", "failed", "running", "ready", "retried", "lost"])
            Assert.Equal(0, stats.Number(count));
        Assert.Equal(1234, stats.Number("capacity"));
        Assert.All(stats.GetProperty("latenessMs").EnumerateObject(), figure => Assert.Equal(0, figure.Value.GetDouble()));
    }

    [Fact]
    public async Task Stats_AfterEachKindOfEnd_CountThemEvenOnceForgotten()
    {
        var due = new[] { await Create(5), await Create(5) };
        var cancelled = await Create(10);
        await Create("""{"message":"Hei","delaySeconds":10,"timeoutSeconds":6}""");
        await Create(100);
        await Delete($"/tasks/{cancelled}");
        await Delete($"/tasks/{cancelled}");
        await Post("/tasks", "{}");
        var counts = Counts(await Stats());
        Assert.Equal((4, 5, 0, 1, 0), counts);

        Clock.Advance(Seconds(5));
        await Finished(due[1]);
        Clock.Advance(Seconds(1));
        await Pass(Seconds(1));

        Assert.Equal((1, 6, 3, 2, 0), Counts(await Stats()));
    }

    [Fact]
    public async Task Stats_Rescheduled_CountsTheTaskOnce()
    {
        var id = await Create(10);
        await Patch($"/tasks/{id}", """{"delaySeconds":20}""");

        Assert.Equal((1, 1, 0, 0, 0), Counts(await Stats()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Stats_Uptime_IsElapsedTimeWhateverTheWallClockSays(int hours)
    {
        var before = (await Stats()).Number("uptimeSeconds");

        Clock.Advance(Seconds(90.5));
        Clock.StepWallClock(TimeSpan.FromHours(hours));

        Assert.Equal(90.5, (await Stats()).Number("uptimeSeconds") - before, tolerance: 0.001);
    }

    [Fact]
    public async Task Stats_TasksFinishedOnTime_WereNotLate()
    {
        var id = await Create(5);
        Clock.Advance(Seconds(5));
        await Finished(id);

        Assert.Equal(0, (await Stats()).GetProperty("latenessMs").Number("max"), tolerance: 1);
    }

    private static (double, double, double, double, double) Counts(JsonElement stats) =>
        (stats.Number("pending"), stats.Number("created"), stats.Number("completed"), stats.Number("cancelled"), stats.Number("failed"));

    private async Task<JsonElement> Stats() => (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK);
}
