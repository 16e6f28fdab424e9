using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>A caller sees, counts and cancels its own tasks, and no other's.</summary>
public sealed class OwnershipTests : KeyedServiceTests
{
    private const string Hei = """{"message":"Hei","delaySeconds":60,"group":"g","name":"n"}""";

    [Fact]
    public async Task Task_OfAnother_IsNotFoundByAnyCall()
    {
        var id = await CreateAsNorth();
        var unknown = "00000000-0000-7000-8000-000000000000";
        foreach (var (method, path, json) in ((HttpMethod, string, string?)[])
            [
                (HttpMethod.Get, "", null),
                (HttpMethod.Get, "?waitSeconds=10", null),
                (HttpMethod.Get, "/done", null),
                (HttpMethod.Get, "/result", null),
                (HttpMethod.Patch, "", """{"delaySeconds":1}"""),
                (HttpMethod.Delete, "", null),
            ])
        {
            var reply = (await South(method, $"/tasks/{id}{path}", json)).IsProblem(HttpStatusCode.NotFound, "task-not-found");
            var ofNone = (await South(method, $"/tasks/{unknown}{path}", json)).IsProblem(HttpStatusCode.NotFound, "task-not-found");
            Assert.Equal(ofNone.Json.Text("detail"), reply.Json.Text("detail"));
        }

        var task = (await North(HttpMethod.Get, $"/tasks/{id}")).IsJson(HttpStatusCode.OK);
        Assert.Equal(("pending", 60), (task.Status(), task.Number("delaySeconds")));
    }

    [Theory]
    [InlineData("/tasks/gather")]
    [InlineData("/tasks/wait")]
    [InlineData("/tasks/as-completed")]
    public async Task Wait_ForATaskOfAnother_IsNotFound(string path)
    {
        var id = await CreateAsNorth();
        var reply = (await South(HttpMethod.Post, path, $$"""{"ids":["{{id}}"]}""")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        Assert.Equal([id], reply.Json.Items("ids").Select(static item => item.GetString()));
    }

    [Fact]
    public async Task Gather_OfAGroup_HasOnlyTheCallersOwn()
    {
        await CreateAsNorth();
        var own = (await South(HttpMethod.Post, "/tasks", """{"message":"Hei","group":"g"}""")).Json.Id();
        Clock.Advance(Seconds(1));
        var gathered = (await South(HttpMethod.Post, "/tasks/gather", """{"group":"g"}""")).IsJson(HttpStatusCode.OK);
        Assert.Equal([own], gathered.Items("tasks").Select(static task => task.Id()));
    }

    [Theory]
    [InlineData("/tasks")]
    [InlineData("/tasks?group=g")]
    [InlineData("/tasks?name=n")]
    [InlineData("/tasks?status=pending")]
    public async Task List_HasOnlyTheCallersOwn(string path)
    {
        var norths = await CreateAsNorth();
        var souths = (await South(HttpMethod.Post, "/tasks", Hei)).Json.Id();
        Assert.Equal([norths], (await North(HttpMethod.Get, path)).Json.Items("tasks").Select(static task => task.Id()));
        Assert.Equal([souths], (await South(HttpMethod.Get, path)).Json.Items("tasks").Select(static task => task.Id()));
    }

    [Fact]
    public async Task Stats_CountOnlyTheCallersOwn()
    {
        await CreateAsNorth();
        var stats = (await South(HttpMethod.Get, "/tasks/stats")).IsJson(HttpStatusCode.OK);
        Assert.Equal((0, 0), (stats.Number("created"), stats.Number("pending")));
        Assert.Equal(1, (await North(HttpMethod.Get, "/tasks/stats")).Json.Number("pending"));
    }

    [Theory]
    [InlineData("all=true")]
    [InlineData("group=g")]
    public async Task CancelMany_CancelsOnlyTheCallersOwn(string query)
    {
        var id = await CreateAsNorth();
        Assert.Equal(0, (await South(HttpMethod.Delete, $"/tasks?{query}")).IsJson(HttpStatusCode.OK).Number("cancelled"));
        Assert.Equal("pending", (await North(HttpMethod.Get, $"/tasks/{id}")).Json.Status());
        Assert.Equal(1, (await North(HttpMethod.Delete, $"/tasks?{query}")).IsJson(HttpStatusCode.OK).Number("cancelled"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?group=g")]
    public async Task Events_TellOnlyOfTheCallersOwn(string query)
    {
        using var south = ClientOf(SouthKey);
        using var stream = new StreamReader(await south.GetStreamAsync(new Uri($"/tasks/events{query}", UriKind.Relative), TestContext.Current.CancellationToken));
        await CreateAsNorth();
        var own = (await South(HttpMethod.Post, "/tasks", Hei)).Json.Id();
        string? line;
        do
            line = await stream.ReadLineAsync(TestContext.Current.CancellationToken);
        while (line?.StartsWith("data:", StringComparison.Ordinal) is false);
        Assert.Contains(own, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdempotencyKey_OfAnother_IsAnotherKey()
    {
        var norths = (await North(HttpMethod.Post, "/tasks", Hei, ("Idempotency-Key", "k"))).Is(HttpStatusCode.Accepted);
        var souths = (await South(HttpMethod.Post, "/tasks", Hei, ("Idempotency-Key", "k"))).Is(HttpStatusCode.Accepted);
        Assert.NotEqual(norths.Json.Id(), souths.Json.Id());
        Assert.Null(souths.Header("Idempotency-Replayed"));
        (await South(HttpMethod.Post, "/tasks", """{"message":"Bye"}""", ("Idempotency-Key", "k"))).IsProblem(HttpStatusCode.UnprocessableEntity);
    }

    private async Task<string> CreateAsNorth() => (await North(HttpMethod.Post, "/tasks", Hei)).IsJson(HttpStatusCode.Accepted).Id();
}
