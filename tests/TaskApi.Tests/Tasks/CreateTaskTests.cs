using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class CreateTaskTests : EndpointTests
{
    [Fact]
    public async Task Create_MessageAndDelay_AnswersTheWholeTask()
    {
        var task = await Create("""{"message":"Hei","delaySeconds":2.5}""");

        Assert.Equal(
            ["createdAt", "delaySeconds", "done", "dueAt", "error", "finishedAt", "group", "id", "message", "name", "result", "status"],
            task.Members().Order(StringComparer.Ordinal));
        Assert.Equal("Hei", task.Text("message"));
        Assert.Equal(2.5, task.Number("delaySeconds"));
        Assert.Equal("pending", task.Status());
        Assert.False(task.GetProperty("done").GetBoolean());
        Assert.Equal(Now, task.Instant("createdAt"));
        Assert.Equal(Now + Seconds(2.5), task.Instant("dueAt"));
        foreach (var absent in (ReadOnlySpan<string>)["name", "group", "finishedAt", "result", "error"])
            Assert.Equal(JsonValueKind.Null, task.GetProperty(absent).ValueKind);
    }

    [Fact]
    public async Task Create_Accepted_LocationLeadsToTheTask()
    {
        var reply = await Post("/tasks", """{"message":"Hei","delaySeconds":10}""");

        var created = reply.IsJson(HttpStatusCode.Accepted);
        Assert.Equal($"/tasks/{created.Id()}", reply.Header("Location"));
        Assert.Equal(created.ToString(), (await Get(reply.Header("Location")!)).IsJson(HttpStatusCode.OK).ToString());
    }

    [Fact]
    public async Task Create_NameAndGroup_AreEchoed()
    {
        var task = await Create("""{"message":"Hei","delaySeconds":10,"name":"a label, any text: ä","group":"Team-1.a_b:c"}""");

        Assert.Equal("a label, any text: ä", task.Text("name"));
        Assert.Equal("Team-1.a_b:c", task.Text("group"));
    }

    [Fact]
    public async Task Create_OptionalFieldsNull_CountAsAbsent()
    {
        var task = await Create("""{"message":"Hei","delaySeconds":10,"delay":null,"dueAt":null,"name":null,"group":null,"timeoutSeconds":null}""");

        Assert.Equal(10, task.Number("delaySeconds"));
        Assert.Null(task.Text("name"));
    }

    [Theory]
    [InlineData("""{"message":"Hei"}""")]
    [InlineData("""{"message":"Hei","delaySeconds":0}""")]
    [InlineData("""{"message":"Hei","delay":"PT0S"}""")]
    public async Task Create_WithoutDelay_CompletesAtOnce(string json)
    {
        var task = await Finished((await Create(json)).Id());

        Assert.Equal("completed", task.Status());
        Assert.Equal(0, task.Number("delaySeconds"));
        Assert.Equal(Now, task.Instant("dueAt"));
        Assert.Equal(Now, task.Instant("finishedAt"));
    }

    [Theory]
    [InlineData("PT1M30S", 90)]
    [InlineData("PT0.25S", 0.25)]
    [InlineData("PT1.5M", 90)]
    [InlineData("PT0.5H", 1800)]
    [InlineData("PT36H", 129_600)]
    [InlineData("P1D", 86_400)]
    [InlineData("P0.5D", 43_200)]
    [InlineData("P1DT2H3M4.5S", 93_784.5)]
    [InlineData("P2W", 1_209_600)]
    [InlineData("P365D", 31_536_000)]
    [InlineData("PT31536000S", 31_536_000)]
    public async Task Create_IsoDuration_IsTheSameDelayInSeconds(string delay, double seconds)
    {
        var task = await Create($$"""{"message":"Hei","delay":"{{delay}}"}""");

        Assert.Equal(seconds, task.Number("delaySeconds"));
        Assert.Equal(Now + Seconds(seconds), task.Instant("dueAt"));
    }

    [Theory]
    [InlineData("2026-06-15T10:01:30Z")]
    [InlineData("2026-06-15T10:01:30.000Z")]
    [InlineData("2026-06-15T12:01:30+02:00")]
    [InlineData("2026-06-15T04:31:30-05:30")]
    public async Task Create_DueAtWithOffset_IsThatInstantAndTheDelayUntilIt(string dueAt)
    {
        var task = await Create($$"""{"message":"Hei","dueAt":"{{dueAt}}"}""");

        Assert.Equal("2026-06-15T10:01:30.000Z", task.Text("dueAt"));
        Assert.Equal(90, task.Number("delaySeconds"));
    }

    [Theory]
    [InlineData("2026-06-15T09:59:59.999Z")]
    [InlineData("2020-02-29T00:00:00.000Z")]
    [InlineData("0001-01-01T00:00:00.000Z")]
    public async Task Create_DueAtInThePast_IsEchoedAsGivenAndCompletesAtOnce(string dueAt)
    {
        var created = await Create($$"""{"message":"Hei","dueAt":"{{dueAt}}"}""");
        var task = await Finished(created.Id());

        Assert.Equal(dueAt, created.Text("dueAt"));
        Assert.Equal(dueAt, task.Text("dueAt"));
        Assert.Equal(0, task.Number("delaySeconds"));
        Assert.Equal("completed", task.Status());
        Assert.Equal(task.Text("createdAt"), task.Text("finishedAt"));
    }

    [Fact]
    public async Task Create_DueAtAYearAhead_IsTheLastThatIsAccepted()
    {
        var last = Now + Seconds(31_536_000);

        var task = await Create($$"""{"message":"Hei","dueAt":"{{last.Rfc3339()}}"}""");

        Assert.Equal(31_536_000, task.Number("delaySeconds"));
        (await Post("/tasks", $$"""{"message":"Hei","dueAt":"{{last.AddMilliseconds(1).Rfc3339()}}"}""")).IsInvalid("dueAt");
    }

    [Theory]
    [InlineData("two\\nlines\\r\\nand a third")]
    [InlineData("tab\\t quote\\\" backslash\\\\ bell\\u0007 nul\\u0000 end")]
    [InlineData("smörgåsbord 語 \\ud83d\\ude00 😀 \\u2028 \\ufeff")]
    [InlineData("<script>alert('&')</script>")]
    [InlineData(" ")]
    public async Task Create_MessageOfAnyText_ComesBackUnchanged(string escaped)
    {
        var message = JsonElement.Parse($"\"{escaped}\"").GetString();

        var task = await Finished((await Create($$"""{"message":"{{escaped}}"}""")).Id());

        Assert.Equal(message, task.Text("message"));
        Assert.Equal($"10:00:00 {message}", task.Text("result"));
    }

    [Fact]
    public async Task Create_WithCharset_IsAccepted()
    {
        var reply = await Send(HttpMethod.Post, "/tasks", Content("""{"message":"Hei","delaySeconds":1}""", "application/json; charset=utf-8"));

        reply.IsJson(HttpStatusCode.Accepted);
    }
}
