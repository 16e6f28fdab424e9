using System.Net;
using System.Text;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Tasks of type <c>future</c> over HTTP: the token is shown by their creation alone.</summary>
public sealed class FutureEndpointTests : WorkEndpointTests
{
    private const string Body = """{"type":"future","input":{"question":"Ship it?"}}""";

    [Fact]
    public async Task Create_AFuture_ShowsItsTokenOnceAndAnybodySetsItsResult()
    {
        var future = await Create(Body);

        Assert.Equal(("running", 1, JsonValueKind.Null, JsonValueKind.Null), (future.Status(), future.Number("attempt"), future.GetProperty("queue").ValueKind, future.GetProperty("worker").ValueKind));
        Assert.Equal(JsonValueKind.Null, future.GetProperty("lease").GetProperty("expiresAt").ValueKind);
        Assert.False((await Look(future.Id())).TryGetProperty("lease", out _));
        Assert.False((await Get("/tasks")).Json.Items("tasks")[0].TryGetProperty("lease", out _));
        Assert.Equal("completed", (await Finish(Token(future), "\"result\":\"yes\"")).Status());
        Assert.Equal("yes", (await Get($"/tasks/{future.Id()}/result", ("Accept", "text/plain"))).Body);
        Assert.Equal(JsonValueKind.Null, (await Get($"/tasks/{future.Id()}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts")[0].GetProperty("worker").ValueKind);
    }

    [Fact]
    public async Task Create_ManyFutures_ShowsTheTokenOfEach()
    {
        var batch = (await Post("/tasks/batch", $"[{Body},{Body}]")).IsJson(HttpStatusCode.Accepted).Items("tasks");

        foreach (var future in batch)
            Assert.Equal("completed", (await Finish(Token(future), "\"result\":1")).Status());
    }

    [Fact]
    public async Task Create_WithAKeyTwice_ShowsTheSameTokenAgain()
    {
        var first = await Post("/tasks", Body, ("Idempotency-Key", "k"));
        var again = await Post("/tasks", Body, ("Idempotency-Key", "k"));

        Assert.Equal(first.IsJson(HttpStatusCode.Accepted).GetRawText(), again.IsJson(HttpStatusCode.Accepted).GetRawText());
        Assert.Equal("completed", (await Finish(Token(again.Json), "\"result\":1")).Status());
    }

    [Fact]
    public async Task Create_AndWaitInVain_StillShowsTheToken()
    {
        var future = (await Post("/tasks?waitSeconds=0", Body)).IsJson(HttpStatusCode.Accepted);

        Assert.Equal("completed", (await Finish(Token(future), "\"result\":1")).Status());
    }

    [Theory]
    [InlineData("delaySeconds", "1")]
    [InlineData("delay", "\"PT1S\"")]
    [InlineData("dueAt", "\"2026-01-01T00:00:00Z\"")]
    [InlineData("queue", "\"q\"")]
    [InlineData("priority", "1")]
    [InlineData("key", "\"k\"")]
    [InlineData("retry", "{}")]
    [InlineData("attemptSeconds", "1")]
    [InlineData("unique", "{\"key\":\"k\"}")]
    public async Task Create_WithWhatIsForCoroutines_NamesTheField(string field, string value) =>
        (await Post("/tasks", $$"""{"type":"future","{{field}}":{{value}}}""")).IsInvalid(field);

    [Fact]
    public async Task Create_WhereNobodyWouldSeeTheToken_IsRefused()
    {
        (await Post("/tasks/gather", $$"""{"tasks":[{{Body}}]}""")).IsInvalid("tasks[0].type");
        (await Send(HttpMethod.Put, "/schedules/s", new StringContent($$"""{"everySeconds":60,"task":{{Body}}}""", Encoding.UTF8, "application/json"))).IsInvalid("task.type");
    }

    [Fact]
    public async Task Rerun_AFuture_NamesTheType()
    {
        var future = await Create(Body);
        await Finish(Token(future), "\"result\":1");

        (await Post($"/tasks/{future.Id()}/rerun", "")).IsInvalid("type");
    }

    [Fact]
    public async Task Change_AFuture_IsRefusedAndCancelEndsItAtOnce()
    {
        var future = await Create(Body);

        (await Patch($"/tasks/{future.Id()}", """{"input":1}""")).IsProblem(HttpStatusCode.Conflict, "task-running");
        Assert.Equal("cancelled", (await Delete($"/tasks/{future.Id()}")).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal("lease-lost", Problem(await Finish(Token(future), "\"result\":1")));
    }
}
