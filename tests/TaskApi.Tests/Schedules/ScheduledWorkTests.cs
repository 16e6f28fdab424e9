using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Schedules;

/// <summary>Schedules whose tasks have work.</summary>
public sealed class ScheduledWorkTests : ScheduleTests
{
    [Fact]
    public async Task Occurrence_OfWork_IsToldByTheTask()
    {
        await Put("s", """{"everySeconds":60,"task":{"type":"report","input":{"a":1},"key":"k"}}""");
        await Put("t", """{"everySeconds":60,"task":{"type":"report"}}""");

        Clock.Advance(TimeSpan.FromMinutes(1));

        var task = Assert.Single((await Get("/tasks?schedule=s")).Json.Items("tasks"));
        Assert.Equal(("s", Now.Rfc3339(), "k"), (task.GetProperty("schedule").Text("name"), task.GetProperty("schedule").Text("at"), task.Text("key")));
        Assert.Empty((await Get("/tasks?schedule=other")).Json.Items("tasks"));
    }

    [Fact]
    public async Task Put_WithAnInput_KeepsItToTheLetterAndItsTag()
    {
        const string Input = """{"n":1.50,"big":123456789012345678901234567890,"text":"\u0000 日本 <&>","deep":[[[{}]]]}""";
        var put = await Put("s", $$$$"""{"cron":"@daily","startAt":"2026-07-01T02:00:00.1234567+02:00","task":{"type":"report","input":{{{{Input}}}},"retry":{"maxAttempts":3,"factor":1.1}}}""");
        var get = await Get("/schedules/s");

        Assert.Equal(Input, put.Json.GetProperty("task").GetProperty("input").GetRawText());
        Assert.Equal((put.Body, put.Header("ETag")), (get.Body, get.Header("ETag")));
    }

    [Fact]
    public async Task Jitter_MovesTheDueTimeAlone()
    {
        await Put("s", """{"everySeconds":3600,"jitterSeconds":600,"task":{"type":"report"}}""");

        Clock.Advance(TimeSpan.FromHours(1));

        var task = Assert.Single((await Get("/tasks?schedule=s")).Json.Items("tasks"));
        Assert.InRange(task.Instant("dueAt"), Now, Now.AddSeconds(600));
        Assert.Equal(Now.Rfc3339(), task.GetProperty("schedule").Text("at"));
    }

    [Fact]
    public async Task Overlap_SkipCancelAndWait_MindTheTaskBefore()
    {
        foreach (var overlap in (string[])["allow", "skip", "cancel", "wait"])
            (await Put(overlap, $$$"""{"everySeconds":60,"overlap":"{{{overlap}}}","task":{"type":"{{{overlap}}}"}}""")).Is(HttpStatusCode.Created);

        for (var i = 0; i < 3; i++)
            Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["pending", "pending", "pending"], await States("allow"));
        Assert.Equal(["pending"], await States("skip"));
        Assert.Equal(["cancelled", "cancelled", "pending"], await States("cancel"));
        Assert.Equal(["pending"], await States("wait"));

        // What waits begins as soon as the one before is done; of two that came meanwhile only one does.
        var first = (await Get("/tasks?schedule=wait")).Json.Items("tasks")[0].Id();
        (await Delete($"/tasks/{first}")).Is(HttpStatusCode.OK);
        await Until(async () => (await States("wait")).Count == 2);
        Assert.Equal(["cancelled", "pending"], await States("wait"));
        Assert.Equal(Now.AddMinutes(-1).Rfc3339(), (await Get("/tasks?schedule=wait")).Json.Items("tasks")[1].GetProperty("schedule").Text("at"));
    }
}
