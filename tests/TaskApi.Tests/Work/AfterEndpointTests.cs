using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Tasks that wait for others, as clients see them.</summary>
public sealed class AfterEndpointTests : WorkEndpointTests
{
    private const string Unknown = "019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61";

    [Fact]
    public async Task Create_AfterAnother_ShowsWhatItWaitsForUntilThatIsDone()
    {
        var (first, token) = await Run();
        var second = await CreateWork($"\"after\":[\"{first}\"]");

        var after = second.GetProperty("after");
        Assert.Equal((first, "success", 1), (after.GetProperty("ids")[0].GetString(), after.Text("on"), after.Number("left")));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("dueAt").ValueKind);
        Assert.Equal(second.GetRawText(), (await Look(second.Id())).GetRawText());
        Assert.Equal("1", (await Get($"/tasks/{second.Id()}")).Header("Retry-After"));
        await Finish(token, "\"result\":7");
        var released = await Look(second.Id());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (released.GetProperty("after").ValueKind, released.GetProperty("dueAt").ValueKind));
    }

    [Fact]
    public async Task Acquire_WhatHasWaited_TellsWhatBecameOfItsParents()
    {
        var (first, token) = await Run();
        var message = await Create("""{"message":"m","delaySeconds":0}""");
        var second = await CreateWork($$"""
            "after":{"ids":["{{first}}","{{message.Id()}}"],"on":"done"}
            """);
        await Finish(token, "\"error\":{\"reason\":\"ValueError\",\"detail\":\"boom\"}");

        var leased = Assert.Single((await Acquire()).Items("tasks"));

        Assert.Equal(second.Id(), leased.Id());
        var parents = leased.Items("parents");
        Assert.Equal((first, "failed", JsonValueKind.Null, "ValueError"), (parents[0].Id(), parents[0].Status(), parents[0].GetProperty("result").ValueKind, parents[0].GetProperty("error").Text("reason")));
        Assert.Equal((message.Id(), "completed", JsonValueKind.Null), (parents[1].Id(), parents[1].Status(), parents[1].GetProperty("error").ValueKind));
        Assert.EndsWith(" m", parents[1].Text("result"), StringComparison.Ordinal);
        await CreateWork();
        Assert.False(Assert.Single((await Acquire()).Items("tasks")).TryGetProperty("parents", out _));
    }

    [Fact]
    public async Task Batch_WithPlaces_MakesAFlowAtOnce()
    {
        var tasks = (await Post("/tasks/batch", """[{"type":"resize"},{"type":"b","after":["#0"]},{"type":"c","after":{"ids":["#0","#1"]}}]""")).IsJson(HttpStatusCode.Accepted).Items("tasks");

        Assert.Equal(tasks[0].Id(), tasks[1].GetProperty("after").GetProperty("ids")[0].GetString());
        Assert.Equal(2, tasks[2].GetProperty("after").Number("left"));
        await Finish(Token((await Acquire()).Items("tasks")[0]), "\"result\":1");
        Assert.Equal(1, (await Look(tasks[2].Id())).GetProperty("after").Number("left"));
        Assert.Single((await Acquire(queue: "b")).Items("tasks"));
    }

    [Theory]
    [InlineData("\"#0\"", 0)]
    [InlineData("\"#1\"", 0)]
    [InlineData("\"#1\"", 1)]
    [InlineData("\"#2\"", 1)]
    [InlineData("\"#-1\"", 1)]
    [InlineData("\"#x\"", 1)]
    public async Task Batch_NamingWhatIsNoEarlierElement_NamesTheField(string place, int element)
    {
        string[] tasks = ["""{"type":"resize"}""", """{"type":"resize"}"""];
        tasks[element] = $$"""{"type":"resize","after":[{{place}}]}""";

        (await Post("/tasks/batch", $"[{string.Join(',', tasks)}]")).IsInvalid($"[{element}].after");
        Assert.Equal(0, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Batch_NamingMoreThanOneCallMay_NamesTheField()
    {
        var after = string.Join(',', Enumerable.Repeat("\"#0\"", 1_000));
        string[] tasks = ["""{"type":"resize"}""", .. Enumerable.Repeat($$"""{"type":"b","after":[{{after}}]}""", 100)];
        string[] more = [.. tasks, $$$"""{"type":"gather","input":{"tasks":[{"type":"b","after":["{{{Unknown}}}"]}]}}""", """{"type":"b","after":["#0"]}"""];

        (await Post("/tasks/batch", $"[{string.Join(',', more)}]")).IsInvalid("[101].after");
        Assert.Equal(0, (await Get("/tasks/stats")).Json.Number("created"));
        (await Post("/tasks/batch", $"[{string.Join(',', tasks)}]")).Is(HttpStatusCode.Accepted);
        Assert.Single((await Acquire(max: 10)).Items("tasks"));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"x\"")]
    [InlineData("[7]")]
    [InlineData("[null]")]
    [InlineData("{\"ids\":7}")]
    [InlineData("{\"ids\":[],\"on\":\"never\"}")]
    [InlineData("{\"ids\":[],\"ids\":[]}")]
    [InlineData("{\"id\":[]}")]
    [InlineData("[\"#0\"]")]
    public async Task Create_AfterWhatIsNoList_NamesTheField(string after) => (await Post("/tasks", $$"""{"type":"resize","after":{{after}}}""")).IsInvalid("after");

    [Fact]
    public async Task Create_AfterNone_IsAsWithout()
    {
        foreach (var after in new[] { "[]", "null", "{}", "{\"ids\":[],\"on\":\"done\"}", "{\"on\":\"done\"}" })
            Assert.Equal(JsonValueKind.Null, (await CreateWork($"\"after\":{after}")).GetProperty("after").ValueKind);
        Assert.Equal(5, (await Acquire(max: 10)).Items("tasks").Count);
    }

    [Fact]
    public async Task Create_AfterUnknownOrMalformed_SaysWhich()
    {
        var there = (await CreateWork()).Id();
        var refused = (await Post("/tasks", $$"""{"type":"resize","after":["{{there}}","{{Unknown}}","x","{{Unknown}}"]}""")).IsProblem(HttpStatusCode.NotFound, "task-not-found").Json;

        Assert.Equal([Unknown, "x"], refused.Items("ids").Select(static id => id.GetString()!));
        Assert.Equal(["y"], (await Post("/tasks/batch", """[{"type":"resize"},{"type":"resize","after":["y"]}]""")).IsProblem(HttpStatusCode.NotFound, "task-not-found").Json.Items("ids").Select(static id => id.GetString()!));
        Assert.Equal(1, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Create_AfterTooMany_NamesTheField()
    {
        var ids = string.Join(',', Enumerable.Repeat($"\"{Unknown}\"", 1001));
        (await Post("/tasks", $$"""{"type":"resize","after":[{{ids}}]}""")).IsInvalid("after");
        (await Post("/tasks/batch", $$$"""[{"type":"resize","after":{"ids":[{{{ids}}}]}}]""")).IsInvalid("[0].after");
    }

    [Fact]
    public async Task Create_AMessageOrAFutureAfterAnother_NamesTheField()
    {
        var first = (await CreateWork()).Id();
        (await Post("/tasks", $$"""{"message":"m","after":["{{first}}"]}""")).IsInvalid("after");
        (await Post("/tasks", $$"""{"type":"future","after":["{{first}}"]}""")).IsInvalid("after");
        (await Send(HttpMethod.Put, "/schedules/s", Content($$"""{"everySeconds":60,"task":{"type":"resize","after":["{{first}}"]} }""", "application/json"))).IsInvalid("task.after");
    }

    [Fact]
    public async Task IdempotencyKey_AnswersAsTheFirstTime()
    {
        var (first, token) = await Run();
        var body = $$"""{"type":"resize","after":["{{first}}"]}""";
        var created = await Post("/tasks", body, ("Idempotency-Key", "a"));
        await Finish(token, "\"result\":7");

        Assert.Equal(created.Json.GetRawText(), (await Post("/tasks", body, ("Idempotency-Key", "a"))).Json.GetRawText());
        Assert.Equal(2, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Stream_OfLines_RefusesOneByOne()
    {
        var first = (await CreateWork()).Id();
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content($$"""
            {"type":"resize","after":["{{first}}"]}
            {"type":"resize","after":["{{Unknown}}"]}
            {"type":"resize","after":["#0"]}
            {"type":"resize"}
            """, "application/x-ndjson"));

        var lines = await stream.Rest();
        Assert.Equal(4, lines.Count);
        Assert.Equal(1, lines[0].GetProperty("after").Number("left"));
        Assert.Equal([404, 400], lines.Skip(1).Take(2).Select(static line => line.GetProperty("problem").Number("status")));
        Assert.Equal(3, (await Get("/tasks/stats")).Json.Number("created"));
    }
}
