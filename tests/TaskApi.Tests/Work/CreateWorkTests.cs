using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>The creation of tasks with a type, and how they look.</summary>
public sealed class CreateWorkTests : WorkEndpointTests
{
    public CreateWorkTests()
        : base(("Work:MaxInputBytes", "2048"))
    {
    }

    [Fact]
    public async Task Create_WithATypeAlone_HasTheDefaults()
    {
        var task = await CreateWork();

        Assert.False(task.TryGetProperty("message", out _));
        Assert.Equal(("resize", "resize", "pending"), (task.Text("type"), task.Text("queue"), task.Status()));
        Assert.Equal((0, 0), (task.Number("priority"), task.Number("attempt")));
        Assert.Equal("""{"maxAttempts":1,"maxLosses":3,"initialSeconds":1,"factor":2,"maxSeconds":3600,"jitter":0.1,"maxElapsedSeconds":null}""", task.GetProperty("retry").GetRawText());
        Assert.False(task.GetProperty("cancelRequested").GetBoolean());
        foreach (var member in (ReadOnlySpan<string>)["input", "result", "key", "attemptSeconds", "startedAt", "worker", "progress", "parent", "error", "finishedAt"])
            Assert.Equal(JsonValueKind.Null, task.GetProperty(member).ValueKind);
    }

    [Fact]
    public async Task Create_WithEveryField_ShowsThemAsGiven()
    {
        var task = await CreateWork("""
            "input":{"a":1.50,"b":[1e3,-0,"\u00e4\n"]},"queue":"q:1","priority":-100,"key":"k","attemptSeconds":0.5,"delaySeconds":5,"name":"n","group":"g","timeoutSeconds":60,
            "retry":{"maxAttempts":1000,"maxLosses":0,"initialSeconds":0,"factor":1.5,"maxSeconds":86400,"jitter":1,"maxElapsedSeconds":10}
            """);

        // Numbers and texts as they were written.
        Assert.Equal("""{"a":1.50,"b":[1e3,-0,"\u00e4\n"]}""", task.GetProperty("input").GetRawText());
        Assert.Equal(("q:1", "k", "n", "g"), (task.Text("queue"), task.Text("key"), task.Text("name"), task.Text("group")));
        Assert.Equal((-100, 0.5), (task.Number("priority"), task.Number("attemptSeconds")));
        Assert.Equal("""{"maxAttempts":1000,"maxLosses":0,"initialSeconds":0,"factor":1.5,"maxSeconds":86400,"jitter":1,"maxElapsedSeconds":10}""", task.GetProperty("retry").GetRawText());
        Assert.Equal(Now + Seconds(5), task.Instant("dueAt"));
        Assert.Equal(task.GetRawText(), (await Look(task.Id())).GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"t","message":"Hei"}""", "type")]
    [InlineData("""{}""", "message")]
    [InlineData("""{"type":null}""", "message")]
    [InlineData("""{"type":""}""", "type")]
    [InlineData("""{"type":"1a"}""", "type")]
    [InlineData("""{"type":"a:b"}""", "type")]
    [InlineData("""{"type":"message"}""", "type")]
    [InlineData("""{"type":"http"}""", "input")]
    [InlineData("""{"type":"gather"}""", "input")]
    [InlineData("""{"type":"gather","input":{}}""", "input")]
    [InlineData("""{"type":"gather","input":{"ids":[]}}""", "input.ids")]
    [InlineData("""{"type":"gather","input":{"ids":[null]}}""", "input.ids[0]")]
    [InlineData("""{"type":"gather","input":{"ids":["a"],"tasks":[{"type":"a"}]}}""", "input")]
    [InlineData("""{"type":"gather","input":{"ids":["a"],"onFailure":"stop"}}""", "input.onFailure")]
    [InlineData("""{"type":"gather","input":{"ids":["a"],"onFailure":"cancel","returnExceptions":true}}""", "input.onFailure")]
    [InlineData("""{"type":"gather","input":{"ids":["a"],"other":1}}""", "input.other")]
    [InlineData("""{"type":"gather","input":{"tasks":[{"type":"a"},{"type":"a","delaySeconds":-1}]}}""", "input.tasks[1].delaySeconds")]
    [InlineData("""{"type":"gather","input":{"tasks":[{"type":"gather","input":{"tasks":[{"message":""}]}}]}}""", "input.tasks[0].input.tasks[0].message")]
    [InlineData("""{"type":"gather","input":{"tasks":[{"type":"future"}]}}""", "input.tasks[0].type")]
    [InlineData("""{"type":"gather","delaySeconds":1,"input":{"ids":["a"]}}""", "delaySeconds")]
    [InlineData("""{"type":"gather","queue":"a","input":{"ids":["a"]}}""", "queue")]
    [InlineData("""{"type":"gather","after":["a"],"input":{"ids":["a"]}}""", "after")]
    [InlineData("""{"type":"gather","retry":{},"input":{"ids":["a"]}}""", "retry")]
    [InlineData("""{"type":7}""", "type")]
    [InlineData("""{"type":"t","queue":"a b"}""", "queue")]
    [InlineData("""{"type":"t","queue":""}""", "queue")]
    [InlineData("""{"type":"t","priority":101}""", "priority")]
    [InlineData("""{"type":"t","priority":-101}""", "priority")]
    [InlineData("""{"type":"t","priority":1.5}""", "priority")]
    [InlineData("""{"type":"t","key":""}""", "key")]
    [InlineData("""{"type":"t","key":"a b"}""", "key")]
    [InlineData("""{"type":"t","attemptSeconds":0}""", "attemptSeconds")]
    [InlineData("""{"type":"t","attemptSeconds":31536001}""", "attemptSeconds")]
    [InlineData("""{"type":"t","retry":7}""", "retry")]
    [InlineData("""{"type":"t","retry":{"maxAttempts":0}}""", "retry.maxAttempts")]
    [InlineData("""{"type":"t","retry":{"maxAttempts":1001}}""", "retry.maxAttempts")]
    [InlineData("""{"type":"t","retry":{"maxLosses":-1}}""", "retry.maxLosses")]
    [InlineData("""{"type":"t","retry":{"maxLosses":1001}}""", "retry.maxLosses")]
    [InlineData("""{"type":"t","retry":{"initialSeconds":-0.1}}""", "retry.initialSeconds")]
    [InlineData("""{"type":"t","retry":{"initialSeconds":86401}}""", "retry.initialSeconds")]
    [InlineData("""{"type":"t","retry":{"factor":0.9}}""", "retry.factor")]
    [InlineData("""{"type":"t","retry":{"factor":101}}""", "retry.factor")]
    [InlineData("""{"type":"t","retry":{"maxSeconds":86401}}""", "retry.maxSeconds")]
    [InlineData("""{"type":"t","retry":{"jitter":1.1}}""", "retry.jitter")]
    [InlineData("""{"type":"t","retry":{"maxElapsedSeconds":31536001}}""", "retry.maxElapsedSeconds")]
    [InlineData("""{"type":"t","retry":{"colour":1}}""", "retry.colour")]
    [InlineData("""{"type":"t","input":{"a":1,"a":2}}""", "input")]
    [InlineData("""{"type":"t","input":[{"a":1,"\u0061":2}]}""", "input")]
    [InlineData("""{"type":"t","input":"\ud800"}""", "input")]
    [InlineData("""{"type":"t","input":{"\udc00":1}}""", "input")]
    [InlineData("""{"message":"Hei","input":1}""", "input")]
    [InlineData("""{"message":"Hei","queue":"q"}""", "queue")]
    [InlineData("""{"message":"Hei","priority":0}""", "priority")]
    [InlineData("""{"message":"Hei","key":"k"}""", "key")]
    [InlineData("""{"message":"Hei","retry":{}}""", "retry")]
    [InlineData("""{"message":"Hei","attemptSeconds":1}""", "attemptSeconds")]
    [InlineData("""{"message":"Hei","unique":{"key":"k"}}""", "unique")]
    [InlineData("""{"type":"t","unique":{}}""", "unique.key")]
    // To come.
    public async Task Create_AgainstARule_NamesTheField(string body, string field)
    {
        (await Post("/tasks", body)).IsInvalid(field);
        (await Post("/tasks/batch", $$"""[{"message":"Hei"},{{body}}]""")).IsInvalid(field == "body" ? "[1]" : $"[1].{field}");
        (await Post("/tasks/gather", $$"""{"tasks":[{{body}}]}""")).IsInvalid($"tasks[0].{field}");
    }

    [Fact]
    public async Task Create_FromAClientThatWritesEveryField_TakesNullForAbsent()
    {
        var message = await Create("""{"message":"Hei","type":null,"input":null,"queue":null,"priority":null,"key":null,"retry":null,"attemptSeconds":null}""");
        var work = await CreateWork(""" "message":null,"queue":null,"priority":null,"retry":{"maxAttempts":null,"maxElapsedSeconds":null} """);

        Assert.Equal("Hei", message.Text("message"));
        Assert.Equal("resize", work.Text("queue"));
    }

    [Fact]
    public async Task Create_InputOfTheMostBytes_IsTakenAndOneMoreIsNot()
    {
        var text = new string('a', 2046);

        Assert.Equal(text, (await CreateWork($"\"input\": \"{text}\"")).Text("input"));
        (await Post("/tasks", $$"""{"type":"t","input":"a{{text}}"}""")).IsInvalid("input");
        // White space between is not kept, and not counted.
        Assert.Equal("[1,{}]", (await CreateWork($"\"input\": [{new string(' ', 4000)}1 ,\n {{ }} ]")).GetProperty("input").GetRawText());
    }

    [Fact]
    public async Task Create_InputWithManyProperties_FindsOneThatIsThereTwice()
    {
        var members = string.Join(',', Enumerable.Range(0, 100).Select(static i => $"\"p{i}\":{{\"p{i}\":0}}"));

        Assert.Equal($"{{{members}}}", (await CreateWork($"\"input\":{{{members}}}")).GetProperty("input").GetRawText());
        (await Post("/tasks", $$"""{"type":"t","input":{ {{members}},"p\u0037":1} }""")).IsInvalid("input");
    }

    [Fact]
    public async Task Batch_OfBothKinds_CreatesThemInOrder()
    {
        const string First = """{"type":"resize","input":[1]}""", Second = """{"message":"Hei"}""", Bad = """{"type":"resize","priority":1000}""";

        var tasks = (await Post("/tasks/batch", $"[{First},{Second}]")).IsJson(HttpStatusCode.Accepted).Items("tasks");
        using var stream = await Open(HttpMethod.Post, "/tasks/batch", Content($"{First}\n{Bad}\n{Second}\n", "application/x-ndjson"));
        var lines = await stream.Rest();

        Assert.Equal(("resize", "Hei"), (tasks[0].Text("type"), tasks[1].Text("message")));
        Assert.Equal(("[1]", "Hei"), (lines[0].GetProperty("input").GetRawText(), lines[2].Text("message")));
        Assert.Equal("must be from -100 to 100.", lines[1].GetProperty("problem").GetProperty("errors").Items("priority")[0].GetString());
    }

    [Fact]
    public async Task Create_WithAKeyTwice_CreatesOne()
    {
        const string Body = """{"type":"resize","input":{"url":"a.png"},"retry":{"maxAttempts":2}}""";

        var first = await Post("/tasks", Body, ("Idempotency-Key", "k"));
        var again = await Post("/tasks", Body, ("Idempotency-Key", "k"));

        Assert.Equal(first.IsJson(HttpStatusCode.Accepted).GetRawText(), again.IsJson(HttpStatusCode.Accepted).GetRawText());
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.Single((await Acquire(max: 10)).Items("tasks"));
    }
}
