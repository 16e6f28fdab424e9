using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Work in lists, events, stats and waits over many tasks.</summary>
public sealed class WorkSeenTests : WorkEndpointTests
{
    [Fact]
    public async Task List_ByWhatOnlyWorkHas_FindsIt()
    {
        await Create("""{"message":"Hei"}""");
        var id = (await CreateWork(""" "queue":"q","key":"k","delaySeconds":9 """)).Id();

        foreach (var query in (string[])["type=resize", "queue=q", "key=k", "status=pending&type=resize&queue=q&key=k", "q=ESIZ"])
            Assert.Equal(id, Assert.Single((await Get($"/tasks?{query}")).IsJson(HttpStatusCode.OK).Items("tasks")).Id());
        foreach (var query in (string[])["type=other", "queue=resize", "key=other", $"parent={id}", "schedule=s", "status=running", "q=nothing", "q=hei&type=resize"])
            Assert.Empty((await Get($"/tasks?{query}")).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    [Theory]
    [InlineData("type=message", "type")]
    [InlineData("type=", "type")]
    [InlineData("queue=a b", "queue")]
    [InlineData("key=", "key")]
    [InlineData("schedule=a b", "schedule")]
    [InlineData("q=", "q")]
    [InlineData("parent=nonsense", "parent")]
    public async Task List_ByWhatNoTaskCanHave_NamesTheParameter(string query, string field) => (await Get($"/tasks?{query}")).IsInvalid(field);

    [Fact]
    public async Task List_WithLongInputAndResult_LeavesThemOut()
    {
        var (at, beyond) = ($"\"{new string('a', 1022)}\"", $"\"{new string('a', 1023)}\"");
        var (id, token) = await Run($"\"input\":{beyond}");
        await Finish(token, $"\"result\":{at}");

        var listed = Assert.Single((await Get("/tasks?status=completed&type=resize")).IsJson(HttpStatusCode.OK).Items("tasks"));

        Assert.Equal("[\"input\"]", listed.GetProperty("omitted").GetRawText());
        Assert.False(listed.TryGetProperty("input", out _));
        Assert.Equal(1022, listed.Text("result")!.Length);
        Assert.False((await Look(id)).TryGetProperty("omitted", out _));
    }

    [Fact]
    public async Task Events_OfATaskWithErrors_TellAllOfIt()
    {
        using var events = await Open(HttpMethod.Get, "/tasks/events");
        var (id, token) = await Run(""" "retry":{"maxAttempts":2,"initialSeconds":0} """);
        await Finish(token, """ "error":{"reason":"ValueError"} """);
        var second = Token(Assert.Single((await Acquire()).Items("tasks")));
        await Beat(second, ""","progress":{"done":1}""");
        await Delete($"/tasks/{id}");
        await Finish(second, "\"cancelled\":true");

        var told = new List<ServerEvent>();
        while (told.Count < 7 && await events.Event() is { } happened)
            told.Add(happened);

        Assert.Equal(["created", "started", "retrying", "started", "progress", "cancelling", "cancelled"], told.Select(static happened => happened.Name));
        Assert.Equal("ValueError", told[2].Data.GetProperty("error").Text("reason"));
        Assert.Equal(JsonValueKind.Null, told[3].Data.GetProperty("error").ValueKind);
        Assert.True(told[5].Data.GetProperty("cancelRequested").GetBoolean());
    }

    [Fact]
    public async Task Stats_OfWork_CountIt()
    {
        await Fail();
        var (_, token) = await Run(""" "retry":{"maxAttempts":2,"initialSeconds":60} """);
        await Finish(token, """ "error":{"reason":"ValueError"} """);
        await Run();
        await CreateWork();

        var stats = (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK);

        Assert.Equal((4, 2, 1, 1), (stats.Number("created"), stats.Number("pending"), stats.Number("running"), stats.Number("failed")));
        Assert.Equal((1, 1, 0), (stats.Number("ready"), stats.Number("retried"), stats.Number("lost")));
    }

    [Fact]
    public async Task Gather_OfWork_HasItsResults()
    {
        var (id, token) = await Run();
        await Finish(token, """ "result":{"a":1.50} """);

        var answer = (await Post("/tasks/gather", $$"""{"ids":["{{id}}","{{id}}"]}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal("""[{"a":1.50},{"a":1.50}]""", answer.GetProperty("results").GetRawText());
    }

    [Fact]
    public async Task Gather_WithOnFailureCancel_CancelsTheOthersAndNamesTheFailures()
    {
        var (failing, first) = await Run();
        var (raising, second) = await Run();
        var pending = (await CreateWork(""" "delaySeconds":99 """)).Id();
        var gathering = Post("/tasks/gather", $$"""{"ids":["{{pending}}","{{raising}}","{{failing}}"],"onFailure":"cancel"}""");
        await Clock.TimerArmed(Seconds(300));

        await Finish(first, """ "error":{"reason":"ValueError"} """);
        Assert.Single((await Beat(second, more: ""","waitSeconds":60""")).Items("cancel"));
        await Finish(second, """ "error":{"reason":"KeyError"} """);

        var failures = (await gathering).IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json.Items("failures");
        Assert.Equal([(1, "KeyError"), (2, "ValueError")], failures.Select(static failure => ((int)failure.Number("index"), failure.GetProperty("task").GetProperty("error").Text("reason")!)));
        Assert.Equal("cancelled", (await Look(pending)).Status());
    }

    [Fact]
    public async Task Gather_WithOnFailureCancel_TakesACancelledChildForNoFailure()
    {
        var (id, token) = await Run();
        var cancelled = await Create(99);
        await Delete($"/tasks/{cancelled}");
        await Finish(token, "\"result\":7");

        var answer = (await Post("/tasks/gather", $$"""{"ids":["{{cancelled}}","{{id}}"],"onFailure":"cancel"}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal("[null,7]", answer.GetProperty("results").GetRawText());
        (await Post("/tasks/gather", $$"""{"ids":["{{id}}"],"onFailure":"cancel","returnExceptions":true}""")).IsInvalid("onFailure");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gather_WithOnFailureCancel_LetsAChildThatCancelsItselfBe(bool before)
    {
        var (ending, first) = await Run();
        var (going, second) = await Run();
        if (before)
            await Finish(first, "\"cancelled\":true");
        var gathering = Post("/tasks/gather", $$"""{"ids":["{{ending}}","{{going}}"],"onFailure":"cancel"}""");
        await Clock.TimerArmed(Seconds(300));
        if (!before)
            await Finish(first, "\"cancelled\":true");

        Assert.Empty((await Beat(second)).Items("cancel"));
        await Finish(second, "\"result\":7");

        Assert.Equal("[null,7]", (await gathering).IsJson(HttpStatusCode.OK).GetProperty("results").GetRawText());
        Assert.Equal("failed", (await Look(ending)).Status());
    }

    [Fact]
    public async Task Wait_ForTheFirstException_TakesATaskThatCancelsItselfForNone()
    {
        var (ending, first) = await Run();
        var (failing, second) = await Run();
        await Finish(first, "\"cancelled\":true");
        var waiting = Post("/tasks/wait", $$"""{"ids":["{{ending}}","{{failing}}"],"returnWhen":"firstException"}""");
        await Clock.TimerArmed(Seconds(300));

        await Finish(second, """ "error":{"reason":"ValueError"} """);

        Assert.Equal(2, (await waiting).IsJson(HttpStatusCode.OK).Items("done").Count);
    }

    [Fact]
    public async Task Wait_ForTheFirstException_EndsWithIt()
    {
        var (failing, token) = await Run();
        var (running, _) = await Run();
        var waiting = Post("/tasks/wait", $$"""{"ids":["{{running}}","{{failing}}"],"returnWhen":"firstException"}""");
        await Clock.TimerArmed(Seconds(300));

        await Finish(token, """ "error":{"reason":"ValueError"} """);

        var answer = (await waiting).IsJson(HttpStatusCode.OK);
        Assert.Equal((failing, running), (answer.Items("done")[0].Id(), answer.Items("pending")[0].Id()));
    }

    [Fact]
    public async Task Wait_OutOfTimeWithCancel_OnlyRequestsTheRunning()
    {
        var (running, _) = await Run();
        var pending = await Create(99);

        var answer = (await Post("/tasks/wait", $$"""{"ids":["{{running}}","{{pending}}"],"waitSeconds":0,"onTimeout":"cancel"}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal((pending, running), (answer.Items("done")[0].Id(), answer.Items("pending")[0].Id()));
        Assert.True(answer.Items("pending")[0].GetProperty("cancelRequested").GetBoolean());
    }
}
