using System.Globalization;
using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Tasks that are to be the only ones with a key, as clients see them.</summary>
public sealed class UniqueEndpointTests : WorkEndpointTests
{
    private const string Only = """{"type":"resize","unique":{"key":"k"}}""";
    private const string Rejects = """{"type":"resize","unique":{"key":"k","scope":"unfinished","onConflict":"reject"}}""";

    [Fact]
    public async Task Existing_IsAnsweredWithItsPlace()
    {
        var first = await Post("/tasks", Only);
        var second = await Post("/tasks", Only);

        Assert.Equal(first.IsJson(HttpStatusCode.Accepted).Id(), second.IsJson(HttpStatusCode.OK).Id());
        Assert.Equal(first.Header("Location"), second.Header("Location"));
    }

    [Fact]
    public async Task Reject_SaysWhichThereIs()
    {
        var id = (await Post("/tasks", Only)).Json.Id();

        Assert.Equal(id, (await Post("/tasks", Rejects)).IsProblem(HttpStatusCode.Conflict, "task-exists").Json.GetProperty("task").Id());
        var batch = (await Post("/tasks/batch", $"""[{"{\"type\":\"resize\"}"},{Rejects}]""")).IsProblem(HttpStatusCode.Conflict, "task-exists").Json;
        Assert.Equal((id, 1), (batch.GetProperty("task").Id(), batch.GetProperty("index").GetInt32()));
        Assert.Equal(1, (await Get("/tasks/stats")).Json.GetProperty("created").GetInt32());
    }

    [Theory]
    [InlineData("/tasks", "{0}", "unique", -1)]
    [InlineData("/tasks/batch", "[{1},{0}]", "[1].unique", 1)]
    [InlineData("/tasks", "{2}[{1},{0}]{3}", "input.tasks[1].unique", -1)]
    [InlineData("/tasks/batch", "[{1},{2}[{1},{1},{0}]{3}]", "[1].input.tasks[2].unique", 1)]
    [InlineData("/tasks", "{2}[{1},{2}[{1},{1},{0}]{3}]{3}", "input.tasks[1].input.tasks[2].unique", -1)]
    [InlineData("/tasks/gather", "{{\"tasks\":[{1},{0}]}}", "tasks[1].unique", 1)]
    public async Task Reject_NamesTheFieldThatClashes(string path, string body, string field, int index)
    {
        var id = (await Post("/tasks", Only)).Json.Id();

        var problem = (await Post(path, Filled(body))).IsProblem(HttpStatusCode.Conflict, "task-exists").Json;

        Assert.Equal((id, field), (problem.GetProperty("task").Id(), Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name));
        Assert.Equal(index, problem.TryGetProperty("index", out var place) ? place.GetInt32() : -1);
        Assert.Equal(1, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Theory]
    [InlineData("/tasks/batch", "[{0},{1},{0}]", "[2].unique", 2)]
    [InlineData("/tasks", "{2}[{0},{1},{0}]{3}", "input.tasks[2].unique", -1)]
    [InlineData("/tasks/gather", "{{\"tasks\":[{0},{0}]}}", "tasks[1].unique", 1)]
    [InlineData("/tasks/batch", "[{0},{2}[{0}]{3}]", "[1].input.tasks[0].unique", 1)]
    public async Task Reject_OfTwoInOneCall_NamesTheSecond(string path, string body, string field, int index)
    {
        var problem = (await Post(path, Filled(body))).IsProblem(HttpStatusCode.Conflict, "task-exists").Json;

        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
        Assert.False(problem.TryGetProperty("task", out _));
        Assert.Equal(index, problem.TryGetProperty("index", out var place) ? place.GetInt32() : -1);
        Assert.Equal(0, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Stream_OfLines_RefusesOneByOne()
    {
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content($"{Only}\n{Rejects}\n{{\"type\":\"resize\"}}\n{Only}\n", "application/x-ndjson"));

        var lines = await stream.Rest();
        Assert.Equal(4, lines.Count);
        Assert.Equal((lines[0].Id(), lines[0].Id()), (lines[3].Id(), lines[1].GetProperty("problem").GetProperty("task").Id()));
        Assert.Equal(2, (await Get("/tasks/stats")).Json.GetProperty("created").GetInt32());
    }

    [Fact]
    public async Task IdempotencyKey_AnswersAsTheFirstTime()
    {
        await Post("/tasks", Only);
        var first = await Post("/tasks", Only, ("Idempotency-Key", "a"));
        await Acquire();

        var again = await Post("/tasks", Only, ("Idempotency-Key", "a"));

        Assert.Equal((HttpStatusCode.OK, first.Body, "true"), (again.Status, again.Body, again.Header("Idempotency-Replayed")));
        (await Post("/tasks", Rejects, ("Idempotency-Key", "b"))).IsProblem(HttpStatusCode.Conflict, "task-exists");
    }

    [Theory]
    [InlineData("""{"type":"resize","unique":{}}""", "unique.key")]
    [InlineData("""{"type":"resize","unique":{"key":""}}""", "unique.key")]
    [InlineData("""{"type":"resize","unique":{"key":"k","scope":"all"}}""", "unique.scope")]
    [InlineData("""{"type":"resize","unique":{"key":"k","onConflict":"ignore"}}""", "unique.onConflict")]
    [InlineData("""{"message":"Hei","unique":{"key":"k"}}""", "unique")]
    public async Task Unique_ThatIsNone_IsRefusedByName(string body, string field) => (await Post("/tasks", body)).IsInvalid(field);

    [Theory]
    [InlineData("existing")]
    [InlineData("reject")]
    public async Task Schedule_WhoseTaskIsNotDone_MakesNoOther(string onConflict)
    {
        var put = await Send(HttpMethod.Put, "/schedules/s", Content($$"""{"everySeconds":60,"task":{"type":"resize","unique":{"key":"k","onConflict":"{{onConflict}}"} } }"""));
        Assert.Equal(onConflict, put.IsJson(HttpStatusCode.Created).GetProperty("task").GetProperty("unique").Text("onConflict"));

        for (var i = 0; i < 3; i++) await Pass(TimeSpan.FromMinutes(1));

        var task = Assert.Single((await Get("/tasks?type=resize")).Json.Items("tasks"));
        Assert.Equal(task.Id(), (await Get("/schedules/s")).Json.Text("lastTaskId"));
    }

    private static string Filled(string body) =>
        string.Format(CultureInfo.InvariantCulture, body, Rejects, """{"type":"resize"}""", """{"type":"gather","input":{"tasks":""", "}}");
}
