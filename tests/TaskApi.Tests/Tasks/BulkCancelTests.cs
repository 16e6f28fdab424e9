using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class BulkCancelTests : EndpointTests
{
    [Fact]
    public async Task BulkCancel_Group_CancelsItsPendingTasksAlone()
    {
        var finished = await InGroup("a", 1);
        var pending = new[] { await InGroup("a", 10), await InGroup("a", 3600) };
        var others = new[] { await InGroup("ab", 10), await Create(10) };
        Clock.Advance(Seconds(1));
        await Finished(finished);

        var reply = (await Delete("/tasks?group=a&reason=enough")).IsJson(HttpStatusCode.OK);

        Assert.Equal(["cancelled", "requested"], reply.Members());
        Assert.Equal(2, reply.Number("cancelled"));
        Assert.Equal("completed", (await Look(finished)).Status());
        foreach (var id in pending)
        {
            var task = await Look(id);
            Assert.Equal("cancelled", task.Status());
            Assert.Equal(("cancelled", "enough"), (task.GetProperty("error").Text("reason"), task.GetProperty("error").Text("detail")));
        }

        foreach (var id in others)
            Assert.Equal("pending", (await Look(id)).Status());
    }

    [Fact]
    public async Task BulkCancel_All_CancelsWhateverIsPending()
    {
        var ids = new[] { await InGroup("a", 10), await InGroup("b", 10), await Create(31_536_000) };

        Assert.Equal(3, (await Delete("/tasks?all=true")).IsJson(HttpStatusCode.OK).Number("cancelled"));

        foreach (var id in ids)
            Assert.Null((await Look(id)).GetProperty("error").Text("detail"));
        Assert.Equal(0, (await Delete("/tasks?all=true")).IsJson(HttpStatusCode.OK).Number("cancelled"));
    }

    [Fact]
    public async Task BulkCancel_ManyTasks_CountsThemAll()
    {
        for (var i = 0; i < 1500; i++)
            await InGroup("a", 10);
        var waiting = Get($"/tasks/{await InGroup("a", 10)}?waitSeconds=30");
        await Clock.TimerArmed(Seconds(30));

        Assert.Equal(1501, (await Delete("/tasks?group=a")).IsJson(HttpStatusCode.OK).Number("cancelled"));

        Assert.Equal("cancelled", (await waiting).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal(0, (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("pending"));
    }

    [Fact]
    public async Task BulkCancel_GroupWithoutTasks_CancelsNone() =>
        Assert.Equal(0, (await Delete("/tasks?group=nobody")).IsJson(HttpStatusCode.OK).Number("cancelled"));

    [Theory]
    [InlineData("group=a", 2)]
    [InlineData("all=true", 3)]
    public async Task BulkCancel_OfATime_LeavesWhatWasCreatedBeforeAndAfter(string selection, int count)
    {
        var early = await InGroup("a", 9_000);
        Clock.Advance(Seconds(60));
        var from = Now;
        var chosen = new[] { await InGroup("a", 9_000), await InGroup("a", 9_000), await InGroup("b", 9_000) };
        Clock.Advance(Seconds(60));
        var until = Now;
        var late = await InGroup("a", 9_000);

        var reply = await Delete($"/tasks?{selection}&createdAfter={from:yyyy-MM-ddTHH:mm:ss.fff}Z&createdBefore={until:yyyy-MM-ddTHH:mm:ss.fff}Z");

        Assert.Equal(count, reply.IsJson(HttpStatusCode.OK).Number("cancelled"));
        foreach (var id in chosen[..count])
            Assert.Equal("cancelled", (await Look(id)).Status());
        foreach (var id in (string[])[early, .. chosen[count..], late])
            Assert.Equal("pending", (await Look(id)).Status());
    }

    [Theory]
    [InlineData("all=true&createdAfter=yesterday", "createdAfter")]
    [InlineData("group=a&createdBefore=2026-03-01T09:00:00", "createdBefore")]
    [InlineData("createdAfter=2000-01-01T00:00:00Z", "group")]
    [InlineData("group=a&name=n", "name")]
    [InlineData("all=true&status=pending", "status")]
    [InlineData("all=true&type=resize", "type")]
    public async Task BulkCancel_ByWhatItCantGoBy_IsRefusedAndCancelsNothing(string query, string field)
    {
        var id = await InGroup("a", 10);

        (await Delete($"/tasks?{query}")).IsInvalid(field);

        Assert.Equal("pending", (await Look(id)).Status());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?all=false")]
    [InlineData("?reason=enough")]
    [InlineData("?all=yes")]
    [InlineData("?group=")]
    public async Task BulkCancel_WithoutSelection_IsRefusedAndCancelsNothing(string query)
    {
        var id = await Create(10);

        (await Delete($"/tasks{query}")).IsProblem(HttpStatusCode.BadRequest);

        Assert.Equal("pending", (await Look(id)).Status());
    }

    [Fact]
    public async Task BulkCancel_ReasonTooLong_IsRefusedAndCancelsNothing()
    {
        var id = await Create(10);

        (await Delete($"/tasks?all=true&reason={new string('a', 257)}")).IsInvalid("reason");

        Assert.Equal("pending", (await Look(id)).Status());
    }

    private async Task<string> InGroup(string group, int delay) =>
        (await Create($$"""{"message":"Hei","delaySeconds":{{delay}},"group":"{{group}}"}""")).Id();
}
