using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class ListTasksTests : EndpointTests
{
    [Fact]
    public async Task List_NoTasks_IsEmptyAndEnds()
    {
        var reply = await Get("/tasks");

        var page = reply.IsJson(HttpStatusCode.OK);
        Assert.Equal(["tasks", "nextCursor"], page.Members());
        Assert.Empty(page.Items("tasks"));
        Assert.Null(page.Text("nextCursor"));
        Assert.Null(reply.Header("Link"));
    }

    [Fact]
    public async Task List_Tasks_AreWholeAndInCreationOrder()
    {
        var created = new List<string>();
        foreach (var delay in (int[])[30, 10, 20])
            created.Add((await Create($$"""{"message":"Hei","delaySeconds":{{delay}},"name":"n{{delay}}","group":"g"}""")).ToString());

        Assert.Equal(created, (await Tasks("")).Select(task => task.ToString()));
    }

    [Fact]
    public async Task List_WithoutLimit_HoldsAHundred()
    {
        for (var i = 0; i < 101; i++)
            await Create(10);

        var page = (await Get("/tasks")).IsJson(HttpStatusCode.OK);

        Assert.Equal(100, page.Items("tasks").Count);
        Assert.NotNull(page.Text("nextCursor"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task List_LimitInRange_IsKept(int limit)
    {
        await Create(10);
        await Create(10);

        Assert.Equal(Math.Min(limit, 2), (await Tasks($"?limit={limit}")).Count);
    }

    [Theory]
    [InlineData("limit", "0")]
    [InlineData("limit", "1001")]
    [InlineData("limit", "-1")]
    [InlineData("limit", "many")]
    [InlineData("limit", "1.5")]
    [InlineData("limit", "99999999999999999999")]
    [InlineData("status", "finished")]
    [InlineData("status", "4")]
    [InlineData("status", "0")]
    [InlineData("status", "pending,completed")]
    [InlineData("cursor", "nonsense")]
    [InlineData("cursor", "!")]
    [InlineData("cursor", "%00")]
    public async Task List_BadParameter_IsBlamedByName(string name, string value)
    {
        await Create(10);

        (await Get($"/tasks?{name}={value}")).IsInvalid(name);
    }

    [Fact]
    public async Task List_ByStatus_HoldsOnlyTasksOfThatStatus()
    {
        var (completed, cancelled, pending) = (await Create(5), await Create(10), await Create(20));
        await Delete($"/tasks/{cancelled}");
        Clock.Advance(Seconds(5));
        await Finished(completed);

        Assert.Equal([pending], await Ids("?status=pending"));
        Assert.Equal([completed], await Ids("?status=completed"));
        Assert.Equal([cancelled], await Ids("?status=cancelled"));
        Assert.Empty(await Ids("?status=failed"));
    }

    [Fact]
    public async Task List_ByGroupAndName_HoldsExactMatchesOnly()
    {
        var one = await Labelled("one", "a");
        var two = await Labelled("two", "a");
        var three = await Labelled("one", "ab");
        await Create(10);

        Assert.Equal([one, two], await Ids("?group=a"));
        Assert.Equal([three], await Ids("?group=ab"));
        Assert.Equal([one, three], await Ids("?name=one"));
        Assert.Equal([one], await Ids("?name=one&group=a"));
        Assert.Empty(await Ids("?name=One"));
        Assert.Empty(await Ids("?group=A"));
        Assert.Equal([two], await Ids("?name=two&group=a&status=pending"));
        Assert.Empty(await Ids("?name=two&group=a&status=completed"));
    }

    [Fact]
    public async Task List_NameOfAnyText_IsFound()
    {
        var id = await Labelled("bore da & ä = 100%?", "g");

        Assert.Equal([id], await Ids($"?name={Uri.EscapeDataString("bore da & ä = 100%?")}"));
    }

    private async Task<string> Labelled(string name, string group) =>
        (await Create($$"""{"message":"Hei","delaySeconds":10,"name":"{{name}}","group":"{{group}}"}""")).Id();

    private async Task<IReadOnlyList<JsonElement>> Tasks(string query) => (await Get($"/tasks{query}")).IsJson(HttpStatusCode.OK).Items("tasks");

    private async Task<IEnumerable<string>> Ids(string query) => (await Tasks(query)).Select(TaskJson.Id);
}
