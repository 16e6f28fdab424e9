using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary><c>timeoutSeconds</c>: asyncio.timeout and wait_for.</summary>
public sealed class TimeoutTests : EndpointTests
{
    [Fact]
    public async Task Timeout_BeforeTheDueTime_CancelsWithReasonTimeout()
    {
        var id = (await Create("""{"message":"Hei","delaySeconds":10,"timeoutSeconds":2.5}""")).Id();
        await Pass(Seconds(2.499));
        Assert.Equal("pending", (await Look(id)).Status());

        Clock.Advance(Seconds(0.001));

        var task = await Finished(id);
        Assert.Equal("cancelled", task.Status());
        Assert.Equal("timeout", task.GetProperty("error").Text("reason"));
        Assert.Equal(Now, task.Instant("finishedAt"));
        (await Get($"/tasks/{id}/result")).IsProblem(HttpStatusCode.Gone, "task-cancelled");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.001, 0.001)]
    [InlineData(10, 10)]
    [InlineData(3600, 3600)]
    [InlineData(31_536_000, 31_536_000)]
    [InlineData(10, 10.001)]
    [InlineData(0, 0.001)]
    public async Task Timeout_AtOrAfterTheDueTime_CompletionWins(double delay, double timeout)
    {
        var task = await Create(FormattableString.Invariant($$"""{"message":"Hei","delaySeconds":{{delay}},"timeoutSeconds":{{timeout}}}"""));

        Clock.Advance(Seconds(timeout));

        Assert.Equal("completed", (await Finished(task.Id())).Status());
    }

    [Fact]
    public async Task Timeout_ManyTasksAtTheSameInstant_CompletionAlwaysWins()
    {
        var ids = new List<string>();
        for (var i = 0; i < 500; i++)
            ids.Add((await Create("""{"message":"Hei","delaySeconds":1,"timeoutSeconds":1}""")).Id());

        Clock.Advance(Seconds(2));

        foreach (var id in ids)
            Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Fact]
    public async Task Timeout_Rescheduled_StillCountsFromCreation()
    {
        var id = (await Create("""{"message":"Hei","delaySeconds":5,"timeoutSeconds":10}""")).Id();
        Clock.Advance(Seconds(4));
        await Patch($"/tasks/{id}", """{"delaySeconds":60}""");

        Clock.Advance(Seconds(6));

        var task = await Finished(id);
        Assert.Equal("timeout", task.GetProperty("error").Text("reason"));
        Assert.Equal("2026-06-15T10:00:10.000Z", task.Text("finishedAt"));
    }

    [Fact]
    public async Task Timeout_RescheduledToItsInstant_CompletionWins()
    {
        var id = (await Create("""{"message":"Hei","delaySeconds":60,"timeoutSeconds":10}""")).Id();
        Clock.Advance(Seconds(4));
        await Patch($"/tasks/{id}", """{"delaySeconds":6}""");

        Clock.Advance(Seconds(60));

        Assert.Equal("completed", (await Finished(id)).Status());
    }

    [Fact]
    public async Task Timeout_TaskCompletedOrCancelledBefore_ChangesNothing()
    {
        var completed = (await Create("""{"message":"Hei","delaySeconds":1,"timeoutSeconds":5}""")).Id();
        var cancelled = (await Create("""{"message":"Hei","delaySeconds":9,"timeoutSeconds":5}""")).Id();
        await Delete($"/tasks/{cancelled}?reason=mine");

        await Pass(Seconds(6));

        Assert.Equal("completed", (await Look(completed)).Status());
        Assert.Equal("mine", (await Look(cancelled)).GetProperty("error").Text("detail"));
    }

    [Fact]
    public async Task Timeout_WaitedFor_TellsTheWaiter()
    {
        var id = (await Create("""{"message":"Hei","delaySeconds":10,"timeoutSeconds":5}""")).Id();
        var reply = Get($"/tasks/{id}?waitSeconds=30");
        await Clock.TimerArmed(Seconds(30));

        Clock.Advance(Seconds(5));

        Assert.Equal("timeout", (await reply).IsJson(HttpStatusCode.OK).GetProperty("error").Text("reason"));
    }
}
