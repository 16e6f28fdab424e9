using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>POST /work/acquire.</summary>
public sealed class AcquireTests : WorkEndpointTests
{
    [Fact]
    public async Task Acquire_ATaskThatIsDue_StartsItAndLeasesIt()
    {
        var id = (await CreateWork(""" "input":{"url":"a.png"} """)).Id();

        var task = Assert.Single((await Acquire(max: 10, more: ""","leaseSeconds":60""")).Items("tasks"));

        Assert.Equal((id, "running", Worker), (task.Id(), task.Status(), task.Text("worker")));
        Assert.Equal("""{"url":"a.png"}""", task.GetProperty("input").GetRawText());
        Assert.Equal((1, Now), (task.Number("attempt"), task.Instant("startedAt")));
        Assert.Equal(Now + Seconds(60), task.GetProperty("lease").Instant("expiresAt"));
        Assert.InRange(Token(task).Length, 1, 100);
        Assert.False(task.TryGetProperty("traceparent", out _));
        Assert.Empty((await Acquire()).Items("tasks"));
    }

    [Fact]
    public async Task Acquire_WithNothingToDo_AnswersEmptyLists()
    {
        await CreateWork(""" "delaySeconds":1 """);

        var answer = await Acquire();

        Assert.Equal("""{"tasks":[],"outcomes":[]}""", answer.GetRawText());
    }

    [Fact]
    public async Task Acquire_Held_IsAnsweredByTheNextTask()
    {
        var acquiring = Acquire(more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60));

        var id = (await CreateWork()).Id();

        Assert.Equal(id, Assert.Single((await acquiring).Items("tasks")).Id());
    }

    [Fact]
    public async Task Acquire_HeldUntilTheEnd_AnswersAnEmptyList()
    {
        var acquiring = Acquire(more: ""","waitSeconds":60""");
        await Clock.TimerArmed(Seconds(60));
        Clock.Advance(Seconds(60));

        Assert.Empty((await acquiring).Items("tasks"));
    }

    [Fact]
    public async Task Acquire_Many_GoesByPriorityThenDueTimeThenCreation()
    {
        (string Name, string Members)[] created = [("late", ""), ("early", ""","dueAt":"2000-01-01T00:00:00Z" """), ("urgent", ""","priority":1"""), ("last", ""), ("lazy", ""","priority":-1""")];
        foreach (var (name, members) in created)
            await CreateWork($"\"name\":\"{name}\"{members}");

        var tasks = (await Acquire(max: 1000)).Items("tasks");

        Assert.Equal(["urgent", "early", "late", "last", "lazy"], tasks.Select(static task => task.Text("name")));
    }

    [Fact]
    public async Task Acquire_FromSeveralQueues_StarvesNone()
    {
        for (var i = 0; i < 3; i++)
        {
            await CreateWork(""" "queue":"a" """);
            await CreateWork(""" "queue":"b" """);
        }

        var tasks = (await Post("/work/acquire", """{"worker":"w","queues":["a","b"],"max":4}""")).IsJson(HttpStatusCode.OK).Items("tasks");

        Assert.Equal(2, tasks.Count(static task => task.Text("queue") == "a"));
        Assert.Equal(2, tasks.Count(static task => task.Text("queue") == "b"));
    }

    [Fact]
    public async Task Acquire_WithOutcomes_TakesThemFirst()
    {
        var (id, token) = await Run(""" "retry":{"maxAttempts":2,"initialSeconds":0} """);

        var answer = await Acquire(more: $$""","outcomes":[{"token":"{{token}}","error":{"reason":"E"} },{"token":"nonsense","cancelled":true}]""");

        // It is due again, and is begun again, in the same call.
        var again = Assert.Single(answer.Items("tasks"));
        Assert.Equal((id, 2), (again.Id(), again.Number("attempt")));
        Assert.Equal((id, "pending", Now), (answer.Items("outcomes")[0].Id(), answer.Items("outcomes")[0].Status(), answer.Items("outcomes")[0].Instant("dueAt")));
        Assert.Equal(("nonsense", "lease-lost"), (answer.Items("outcomes")[1].Text("token"), Problem(answer.Items("outcomes")[1])));
    }

    [Theory]
    [InlineData("""{"queues":["q"]}""", "worker")]
    [InlineData("""{"worker":"","queues":["q"]}""", "worker")]
    [InlineData("""{"worker":7,"queues":["q"]}""", "worker")]
    [InlineData("""{"worker":"w"}""", "queues")]
    [InlineData("""{"worker":"w","queues":[]}""", "queues")]
    [InlineData("""{"worker":"w","queues":"q"}""", "queues")]
    [InlineData("""{"worker":"w","queues":["q",null]}""", "queues[1]")]
    [InlineData("""{"worker":"w","queues":["a b"]}""", "queues[0]")]
    [InlineData("""{"worker":"w","queues":["q"],"max":0}""", "max")]
    [InlineData("""{"worker":"w","queues":["q"],"max":1001}""", "max")]
    [InlineData("""{"worker":"w","queues":["q"],"max":1.5}""", "max")]
    [InlineData("""{"worker":"w","queues":["q"],"leaseSeconds":0.9}""", "leaseSeconds")]
    [InlineData("""{"worker":"w","queues":["q"],"leaseSeconds":3601}""", "leaseSeconds")]
    [InlineData("""{"worker":"w","queues":["q"],"waitSeconds":-1}""", "waitSeconds")]
    [InlineData("""{"worker":"w","queues":["q"],"outcomes":7}""", "outcomes")]
    [InlineData("""{"worker":"w","queues":["q"],"outcomes":[{}]}""", "outcomes[0]")]
    [InlineData("""{"worker":"w","queues":["q"],"colour":7}""", "colour")]
    public async Task Acquire_AgainstARule_NamesTheField(string body, string field)
    {
        await CreateWork(""" "queue":"q" """);

        (await Post("/work/acquire", body)).IsInvalid(field);

        Assert.Single((await Acquire(queue: "q")).Items("tasks"));
    }

    [Fact]
    public async Task Acquire_FromAHundredAndOneQueues_IsRefused()
    {
        var queues = string.Join(',', Enumerable.Range(0, 101).Select(static i => $"\"q{i}\""));

        (await Post("/work/acquire", $$"""{"worker":"w","queues":[{{queues}}]}""")).IsInvalid("queues");
    }

    [Fact]
    public async Task Acquire_WithAMalformedOutcome_TakesNothing()
    {
        var (id, token) = await Run();

        (await Post("/work/acquire", $$"""{"worker":"w","queues":["resize"],"outcomes":[{"token":"{{token}}","result":1},{"token":"{{token}}","release":{"delaySeconds":-1} }]}"""))
            .IsInvalid("outcomes[1].release.delaySeconds");

        Assert.Equal("running", (await Look(id)).Status());
    }

    [Fact]
    public async Task Acquire_WhenTheClientHangsUp_LeavesTheTaskToOthers()
    {
        using var hangUp = new CancellationTokenSource();
        var acquiring = PostUntil("/work/acquire", """{"worker":"w","queues":["resize"],"waitSeconds":60}""", hangUp.Token);
        await Clock.TimerArmed(Seconds(60));

        await hangUp.CancelAsync();
        await acquiring.ContinueWith(static _ => { }, TaskScheduler.Default);
        var id = (await CreateWork()).Id();

        var task = Assert.Single((await Acquire(more: ""","waitSeconds":60""")).Items("tasks"));
        Assert.Equal((id, 1), (task.Id(), task.Number("attempt")));
    }

    [Theory]
    [InlineData("/work/acquire")]
    [InlineData("/work/finish")]
    [InlineData("/work/heartbeat")]
    public async Task Work_WithoutAJsonBody_IsRefused(string path)
    {
        (await Send(HttpMethod.Post, path, Content("{}", "text/plain"))).IsProblem(HttpStatusCode.UnsupportedMediaType);
        (await Post(path, "")).IsInvalid("body");
        (await Get(path)).IsProblem(HttpStatusCode.MethodNotAllowed);
        Assert.Equal(JsonValueKind.Object, (await Post(path, "[")).IsProblem(HttpStatusCode.BadRequest).Json.ValueKind);
    }
}
