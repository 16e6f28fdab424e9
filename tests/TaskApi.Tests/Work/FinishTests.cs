using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>POST /work/finish.</summary>
public sealed class FinishTests : WorkEndpointTests
{
    public FinishTests()
        : base(("Work:MaxResultBytes", "2048"))
    {
    }

    [Theory]
    [InlineData("""{"width":3.20}""", """{"width":3.20}""")]
    [InlineData("null", "null")]
    [InlineData("\"line\\nend \\u00e4\"", "line\nend ä")]
    [InlineData("[ 1 , 2 ]", "[1,2]")]
    public async Task Finish_WithAResult_CompletesTheTask(string result, string plain)
    {
        var (id, token) = await Run();

        var outcome = await Finish(token, $"\"result\":{result}");

        Assert.Equal((token, id, "completed"), (outcome.Text("token"), outcome.Id(), outcome.Status()));
        Assert.False(outcome.TryGetProperty("dueAt", out _));
        var kept = JsonElement.Parse(result);
        Assert.True(JsonElement.DeepEquals(kept, (await Look(id)).GetProperty("result")));
        Assert.True(JsonElement.DeepEquals(kept, (await Get($"/tasks/{id}/result")).IsJson(HttpStatusCode.OK).GetProperty("result")));
        Assert.Equal(plain, (await Get($"/tasks/{id}/result", ("Accept", "text/plain"))).Is(HttpStatusCode.OK).Body);
    }

    [Fact]
    public async Task Finish_WithAnError_FailsTheTaskOrBeginsItAgain()
    {
        var (id, token) = await Run(""" "retry":{"maxAttempts":2,"initialSeconds":10,"jitter":0} """);

        var first = await Finish(token, """ "error":{"reason":"ValueError","detail":"bad"} """);
        Assert.Equal(("pending", Now + Seconds(10)), (first.Status(), first.Instant("dueAt")));
        Assert.Equal(JsonValueKind.Null, (await Look(id)).GetProperty("error").ValueKind);
        Clock.Advance(Seconds(10));
        var second = Assert.Single((await Acquire(more: ""","waitSeconds":1""")).Items("tasks"));
        Assert.Equal("failed", (await Finish(Token(second), """ "error":{"reason":"KeyError"} """)).Status());

        (await Get($"/tasks/{id}/result")).IsProblem(HttpStatusCode.FailedDependency, "task-failed");
        Assert.Equal("""{"reason":"KeyError","detail":null}""", (await Look(id)).GetProperty("error").GetRawText());
        var attempts = (await Get($"/tasks/{id}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts");
        Assert.Equal([(1, "failed", "ValueError"), (2, "failed", "KeyError")], attempts.Select(static attempt => ((int)attempt.Number("number"), attempt.Text("outcome")!, attempt.GetProperty("error").Text("reason")!)));
    }

    [Fact]
    public async Task Finish_WithAnErrorThatIsNotToBeRetried_FailsTheTask()
    {
        var (_, token) = await Run(""" "retry":{"maxAttempts":5} """);

        Assert.Equal("failed", (await Finish(token, """ "error":{"reason":"ValueError","retry":false} """)).Status());
    }

    [Fact]
    public async Task Finish_WithTextsThatAreTooLong_CutsThem()
    {
        var (id, token) = await Run();

        await Finish(token, $$"""
            "error":{"reason":"{{new string('r', 200)}}","detail":"{{new string('d', 5000)}}"}
            """);

        var error = (await Look(id)).GetProperty("error");
        Assert.Equal((128, 4096), (error.Text("reason")!.Length, error.Text("detail")!.Length));
    }

    [Fact]
    public async Task Finish_WithARelease_GivesTheTaskBack()
    {
        var (id, token) = await Run();

        var outcome = await Finish(token, """ "release":{"delaySeconds":2.5} """);

        Assert.Equal(("pending", Now + Seconds(2.5)), (outcome.Status(), outcome.Instant("dueAt")));
        Assert.Equal("released", Assert.Single((await Get($"/tasks/{id}/attempts")).Json.Items("attempts")).Text("outcome"));
    }

    [Fact]
    public async Task Finish_CancelledWithoutARequest_IsAnError()
    {
        var (id, token) = await Run();

        Assert.Equal("failed", (await Finish(token, "\"cancelled\":true")).Status());
        Assert.Equal("CancelledError", (await Look(id)).GetProperty("error").Text("reason"));
    }

    [Fact]
    public async Task Finish_Repeated_HasTheSameAnswerAndAnotherOutcomeIsLost()
    {
        var (_, token) = await Run();

        var first = await Finish(token, "\"result\":1");

        Assert.Equal(first.GetRawText(), (await Finish(token, "\"result\":1")).GetRawText());
        Assert.Equal("lease-lost", Problem(await Finish(token, "\"result\":2")));
        Assert.Equal(409, (await Finish(token, "\"cancelled\":true")).GetProperty("problem").Number("status"));
    }

    [Fact]
    public async Task Finish_AfterTheLease_IsLost()
    {
        var (id, token) = await Run();
        Clock.Advance(Seconds(31));

        var again = Assert.Single((await Acquire(more: ""","waitSeconds":5""")).Items("tasks"));

        Assert.Equal((id, 2), (again.Id(), again.Number("attempt")));
        Assert.Equal("lease-lost", Problem(await Finish(token, "\"result\":1")));
        Assert.Equal("lost", (await Get($"/tasks/{id}/attempts")).Json.Items("attempts")[0].Text("outcome"));
    }

    [Fact]
    public async Task Finish_WithAResultThatIsTooLarge_KeepsTheLease()
    {
        var (_, token) = await Run();

        var outcome = await Finish(token, $"\"result\":\"{new string('a', 2047)}\"");

        Assert.Equal(("result-too-large", 413), (Problem(outcome), outcome.GetProperty("problem").Number("status")));
        Assert.Equal("completed", (await Finish(token, $"\"result\":\"{new string('a', 2046)}\"")).Status());
    }

    [Fact]
    public async Task Finish_WithResultsOfTheLargestSize_TakesAThousandAtOnce()
    {
        for (var i = 0; i < 1000; i += 500)
            (await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat("""{"type":"resize"}""", 500))}]")).Is(HttpStatusCode.Accepted);
        var tokens = (await Acquire(max: 1000)).Items("tasks").Select(Token);
        var result = new string('a', 2046);

        var outcomes = (await Post("/work/finish", $$"""{"outcomes":[{{string.Join(',', tokens.Select(token => $$"""{"token":"{{token}}","result":"{{result}}"}"""))}}]}""")).IsJson(HttpStatusCode.OK).Items("outcomes");

        Assert.Equal(1000, outcomes.Count(static outcome => outcome.TryGetProperty("status", out var status) && status.GetString() == "completed"));
    }

    [Theory]
    [InlineData("", "outcomes[0]")]
    [InlineData(",\"result\":1,\"cancelled\":true", "outcomes[0]")]
    [InlineData(",\"result\":1,\"result\":1", "outcomes[0].result")]
    [InlineData(",\"result\":{\"a\":1,\"a\":2}", "outcomes[0].result")]
    [InlineData(",\"result\":\"\\ud800\"", "outcomes[0].result")]
    [InlineData(",\"cancelled\":false", "outcomes[0].cancelled")]
    [InlineData(",\"cancelled\":1", "outcomes[0].cancelled")]
    [InlineData(",\"error\":{}", "outcomes[0].error.reason")]
    [InlineData(",\"error\":{\"reason\":\"\"}", "outcomes[0].error.reason")]
    [InlineData(",\"error\":{\"reason\":\"E\",\"retry\":1}", "outcomes[0].error.retry")]
    [InlineData(",\"error\":\"E\"", "outcomes[0].error")]
    [InlineData(",\"release\":{\"delaySeconds\":31536001}", "outcomes[0].release.delaySeconds")]
    [InlineData(",\"colour\":1", "outcomes[0].colour")]
    public async Task Finish_AgainstARule_NamesTheFieldAndTakesNothing(string members, string field)
    {
        var (id, token) = await Run();

        (await Post("/work/finish", $$"""{"outcomes":[{"token":"{{token}}"{{members}}}]}""")).IsInvalid(field);

        Assert.Equal("running", (await Look(id)).Status());
    }

    [Theory]
    [InlineData("{}", "outcomes")]
    [InlineData("""{"outcomes":[null]}""", "outcomes[0]")]
    [InlineData("""{"outcomes":[{"result":1}]}""", "outcomes[0].token")]
    [InlineData("""{"outcomes":[{"token":7,"result":1}]}""", "outcomes[0].token")]
    [InlineData("""{"outcomes":[{"token":"","result":1}]}""", "outcomes[0].token")]
    public async Task Finish_WithoutWhatItNeeds_NamesTheField(string body, string field) => (await Post("/work/finish", body)).IsInvalid(field);

    [Fact]
    public async Task Finish_MoreThanAThousand_IsRefused()
    {
        var outcomes = string.Join(',', Enumerable.Repeat("""{"token":"t","result":1}""", 1001));

        (await Post("/work/finish", $$"""{"outcomes":[{{outcomes}}]}""")).IsInvalid("outcomes");
    }
}
