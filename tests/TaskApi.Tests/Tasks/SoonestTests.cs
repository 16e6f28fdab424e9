using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>Lists of pending tasks, those that come due soonest first.</summary>
public sealed class SoonestTests() : EndpointTests(("Tasks:Retention", "00:01:00"))
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(3, "&group=a")]
    [InlineData(3, "&name=n&status=pending")]
    [InlineData(100, "&createdAfter=2000-01-01T00:00:00Z")]
    public async Task Pages_ByDue_HoldEveryPendingTaskOnce(int limit, string filter)
    {
        double[] delays = [50, 10, 40, 10, 30, 20, 3_000];
        var created = new List<string>();
        foreach (var delay in delays)
            created.Add((await Create($$"""{"message":"Hei","group":"a","name":"n","delaySeconds":{{delay}}}""")).Id());
        await Delete($"/tasks/{created[2]}");

        var found = await Follow($"/tasks?sort=due&limit={limit}{filter}");

        Assert.Equal([created[1], created[3], created[5], created[4], created[0], created[6]], found);
    }

    [Fact]
    public async Task Page_ByDue_HasMessagesAndWorkAndLastWhatWaitsForOthers()
    {
        var message = await Create(20);
        var dependant = (await Create($$"""{"type":"resize","after":["{{message}}"]}""")).Id();
        var work = (await Create("""{"type":"resize","delaySeconds":10}""")).Id();
        var ready = (await Create("""{"type":"resize"}""")).Id();
        var old = (await Create("""{"type":"resize","dueAt":"1990-01-01T00:00:00Z"}""")).Id();

        Assert.Equal([old, ready, work, message, dependant], await Follow("/tasks?sort=due&limit=2"));
        Assert.Equal([old, ready, work, dependant], await Follow("/tasks?sort=due&limit=1&type=resize"));
        await Send(HttpMethod.Patch, $"/tasks/{work}", Content("""{"delaySeconds":30}"""));
        Assert.Equal([old, ready, message, work, dependant], await Follow("/tasks?sort=due"));
    }

    [Fact]
    public async Task Page_ByDue_OfManyTasks_HasTheSoonest()
    {
        for (var i = 0; i < 4; i++)
            await Post("/tasks/batch", $"[{string.Join(',', Enumerable.Range(0, 1_000).Select(j => $"{{\"message\":\"Hei\",\"delaySeconds\":{100 + ((((i * 1_000) + j) * 1_201) % 4_000)}}}"))}]");

        var page = (await Get("/tasks?sort=due&limit=500")).IsJson(HttpStatusCode.OK);

        Assert.Equal(Enumerable.Range(100, 500).Select(static delay => (double)delay), page.Items("tasks").Select(static task => task.GetProperty("delaySeconds").GetDouble()));
        Assert.NotNull(page.Text("nextCursor"));
    }

    [Theory]
    [InlineData("sort=size", "sort")]
    [InlineData("sort=due&status=failed", "status")]
    [InlineData("sort=due&q=Hei", "q")]
    [InlineData("sort=due&order=newest", "order")]
    public async Task Sort_ThatCantBe_IsRefused(string query, string field) => (await Get($"/tasks?{query}")).IsInvalid(field);

    [Fact]
    public async Task Cursor_OfAnotherOrder_IsRefused()
    {
        await CreateAll(30, 20, 10);
        var byDue = (await Get("/tasks?sort=due&limit=1")).IsJson(HttpStatusCode.OK).Text("nextCursor");
        var byCreation = (await Get("/tasks?limit=1")).IsJson(HttpStatusCode.OK).Text("nextCursor");
        var newest = (await Get("/tasks?limit=1&order=newest")).IsJson(HttpStatusCode.OK).Text("nextCursor");

        foreach (var query in (string[])["", "&order=newest", "&sort=created", "&q=Hei", "&status=pending"])
            Assert.EndsWith("without sort=due.", Fault(await Get($"/tasks?cursor={byDue}{query}"), "cursor"));
        foreach (var cursor in (string?[])[byCreation, newest])
            Assert.EndsWith("with sort=due.", Fault(await Get($"/tasks?sort=due&cursor={cursor}"), "cursor"));
        Assert.Single((await Get($"/tasks?sort=due&limit=1&cursor={byDue}")).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    private static string? Fault(Reply reply, string field) => reply.IsInvalid(field).Json.GetProperty("errors").GetProperty(field)[0].GetString();

    private async Task<List<string>> Follow(string path)
    {
        var found = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Get(cursor.Length == 0 ? path : $"{path}&cursor={cursor}")).IsJson(HttpStatusCode.OK);
            found.AddRange(page.Items("tasks").Select(TaskJson.Id));
            cursor = page.Text("nextCursor");
        }

        return found;
    }
}

/// <summary>Lists of pending tasks, those that come due soonest first, where there may be too many to be sorted.</summary>
public sealed class TooManyToSortTests()
    : EndpointTests(new TaskApiFactory { Registrations = static services => services.AddSingleton<ITaskQueries>(static provider => new FewQueries(provider.GetRequiredService<ITaskStorage>(), 3)) })
{
    [Fact]
    public async Task Page_ByDue_OfMoreThanAreLookedThrough_IsRefused()
    {
        await CreateAll(30, 20);
        var grouped = (await Create("""{"message":"Hei","group":"a","delaySeconds":10}""")).Id();
        Assert.Equal(3, (await Get("/tasks?sort=due")).IsJson(HttpStatusCode.OK).Items("tasks").Count);
        await Create(5);

        Assert.EndsWith("tasks to look through: narrow it with group, name, parent or createdAfter.", (await Get("/tasks?sort=due&limit=1")).IsInvalid("sort").Json.GetProperty("errors").GetProperty("sort")[0].GetString());
        Assert.Equal(grouped, Assert.Single((await Get("/tasks?sort=due&group=a")).IsJson(HttpStatusCode.OK).Items("tasks")).Id());
        Assert.Equal(4, (await Get("/tasks")).IsJson(HttpStatusCode.OK).Items("tasks").Count);
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(async () => await Api.Services.GetRequiredService<ITasks>().ListAsync(new() { SoonestFirst = true }, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal("sort", Assert.Single(refused.Problem.Errors!).Key);
    }
}
