using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class GetTaskTests : EndpointTests
{
    [Fact]
    public async Task Get_Pending_AnswersTheTaskAndWhenToComeAgain()
    {
        var id = await Create(10);
        Clock.Advance(Seconds(4));

        var reply = await Get($"/tasks/{id}");

        Assert.Equal("pending", reply.IsJson(HttpStatusCode.OK).Status());
        Assert.InRange(int.Parse(reply.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 6);
    }

    [Fact]
    public async Task Get_PendingForLessThanASecond_SaysToComeAgainInOne() =>
        Assert.Equal("1", (await Get($"/tasks/{await Create(0.2)}")).Header("Retry-After"));

    [Fact]
    public async Task Get_Completed_AnswersTheResultAndNoRetryAfter()
    {
        var id = await Create(10);
        Clock.Advance(Seconds(10));
        await Finished(id);

        var reply = await Get($"/tasks/{id}");

        var task = reply.IsJson(HttpStatusCode.OK);
        Assert.Equal("completed", task.Status());
        Assert.True(task.GetProperty("done").GetBoolean());
        Assert.Equal("10:00:10 Hei", task.Text("result"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, task.GetProperty("error").ValueKind);
        Assert.Equal(Now, task.Instant("finishedAt"));
        Assert.Null(reply.Header("Retry-After"));
    }

    [Fact]
    public async Task Get_NothingChanged_IsNotModified()
    {
        var id = await Create(10);
        var tag = (await Get($"/tasks/{id}")).Header("ETag")!;

        var reply = await Get($"/tasks/{id}", ("If-None-Match", tag));

        reply.Is(HttpStatusCode.NotModified);
        Assert.Empty(reply.Body);
        Assert.Equal(tag, reply.Header("ETag"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("\"another\", {0}")]
    [InlineData("W/{0}")]
    public async Task Get_TagAmongOthers_IsNotModified(string template)
    {
        var id = await Create(10);
        var tag = (await Get($"/tasks/{id}")).Header("ETag")!;
        var opaque = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

        var reply = await Get($"/tasks/{id}", ("If-None-Match", template.Replace("{0}", opaque, StringComparison.Ordinal)));

        reply.Is(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("\"another\"")]
    [InlineData("not a tag")]
    [InlineData("\"")]
    public async Task Get_AnotherOrBadTag_AnswersTheTask(string tag) =>
        (await Get($"/tasks/{await Create(10)}", ("If-None-Match", tag))).IsJson(HttpStatusCode.OK);

    [Fact]
    public async Task Get_TaskChanged_HasAnotherTagEachTime()
    {
        var id = await Create(10);
        var tags = new List<string?> { (await Get($"/tasks/{id}")).Header("ETag") };
        await Patch($"/tasks/{id}", """{"delaySeconds":20}""");
        tags.Add((await Get($"/tasks/{id}", ("If-None-Match", tags[^1]!))).Is(HttpStatusCode.OK).Header("ETag"));
        await Patch($"/tasks/{id}", """{"message":"Hei hei"}""");
        tags.Add((await Get($"/tasks/{id}", ("If-None-Match", tags[^1]!))).Is(HttpStatusCode.OK).Header("ETag"));
        await Delete($"/tasks/{id}");
        tags.Add((await Get($"/tasks/{id}", ("If-None-Match", tags[^1]!))).Is(HttpStatusCode.OK).Header("ETag"));

        Assert.DoesNotContain(null, tags);
        Assert.Equal(tags.Count, tags.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Done_PendingAndFinished_SaysSoAndNothingElse()
    {
        var id = await Create(10);
        var pending = (await Get($"/tasks/{id}/done")).IsJson(HttpStatusCode.OK);
        Clock.Advance(Seconds(10));
        await Finished(id);
        var finished = (await Get($"/tasks/{id}/done")).IsJson(HttpStatusCode.OK);

        Assert.Equal(["id", "done", "status"], pending.Members());
        Assert.Equal((id, false, "pending"), (pending.Id(), pending.GetProperty("done").GetBoolean(), pending.Status()));
        Assert.Equal((id, true, "completed"), (finished.Id(), finished.GetProperty("done").GetBoolean(), finished.Status()));
    }

    [Fact]
    public async Task Done_Cancelled_IsDone()
    {
        var id = await Create(10);
        await Delete($"/tasks/{id}");

        var reply = (await Get($"/tasks/{id}/done")).IsJson(HttpStatusCode.OK);

        Assert.True(reply.GetProperty("done").GetBoolean());
        Assert.Equal("cancelled", reply.Status());
    }
}
