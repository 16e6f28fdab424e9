using System.Globalization;
using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Who created whom, and who waits for whom.</summary>
public sealed class TreeTests : WorkEndpointTests
{
    [Fact]
    public async Task Tree_OfAFlow_ShowsWhatEachWaitsFor()
    {
        var ids = await Flow("""{"message":"m","delaySeconds":60},{"type":"resize","name":"a\n\"b","after":["#0"]},{"type":"resize","after":["#0"]},{"type":"last","after":["#2","#1"]}""");

        var tree = (await Get($"/tasks/{ids[3]}/tree")).IsJson(HttpStatusCode.OK);

        Assert.False(tree.GetProperty("truncated").GetBoolean());
        var root = tree.GetProperty("task");
        Assert.Equal((ids[3], "last", "pending", 0), (root.Id(), root.Text("type"), root.Status(), root.Items("created").Count));
        var awaits = root.Items("awaits");
        Assert.Equal([ids[2], ids[1]], awaits.Select(static node => node.Id()));
        Assert.Equal((ids[0], JsonValueKind.Null), (awaits[0].Items("awaits")[0].Id(), awaits[0].Items("awaits")[0].GetProperty("type").ValueKind));
        Assert.True(awaits[1].Items("awaits")[0].GetProperty("repeated").GetBoolean());
        Assert.Equal(
            $"last {ids[3]} pending\n├── awaits resize {ids[2]} pending\n│   └── awaits message {ids[0]} pending\n└── awaits resize {ids[1]} \"a\\n\\u0022b\" pending\n    └── awaits message {ids[0]} pending (as above)\n",
            (await Get($"/tasks/{ids[3]}/tree", ("Accept", "text/plain"))).Is(HttpStatusCode.OK).Body);
    }

    [Fact]
    public async Task Tree_OfATaskThatWasRunAgain_ShowsWhatRunsIt()
    {
        var id = await Fail();
        var again = (await Post($"/tasks/{id}/rerun", "")).IsJson(HttpStatusCode.Accepted).Id();

        var tree = (await Get($"/tasks/{id}/tree")).IsJson(HttpStatusCode.OK);

        Assert.Equal((again, "pending"), (tree.GetProperty("task").Items("created")[0] is var created ? (created.Id(), created.Status()) : default));
        Assert.Equal($"resize {id} failed\n└── created resize {again} pending\n", (await Get($"/tasks/{id}/tree", ("Accept", "text/plain"))).Body);
    }

    [Fact]
    public async Task Tree_ThatIsTooDeepOrTooWide_IsCutAndSaysSo()
    {
        var chain = await Flow(string.Join(',', Enumerable.Range(0, 40).Select(static i => i == 0 ? """{"type":"resize"}""" : string.Create(CultureInfo.InvariantCulture, $$"""{"type":"resize","after":["#{{i - 1}}"]}"""))));
        var wide = await Flow(string.Join(',', Enumerable.Repeat("""{"type":"resize"}""", 600).Append($$"""{"type":"last","after":[{{string.Join(',', Enumerable.Range(0, 600).Select(static i => string.Create(CultureInfo.InvariantCulture, $"\"#{i}\"")))}}]}""")));

        Assert.True((await Get($"/tasks/{chain[^1]}/tree")).IsJson(HttpStatusCode.OK).GetProperty("truncated").GetBoolean());
        var tree = (await Get($"/tasks/{wide[^1]}/tree")).IsJson(HttpStatusCode.OK);
        Assert.Equal((199, true), (tree.GetProperty("task").Items("awaits").Count, tree.GetProperty("truncated").GetBoolean()));
        Assert.EndsWith("… and more\n", (await Get($"/tasks/{chain[^1]}/tree", ("Accept", "text/plain"))).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61")]
    public async Task Tree_OfNoTask_IsNotFound(string id) => (await Get($"/tasks/{id}/tree")).IsProblem(HttpStatusCode.NotFound, "task-not-found");

    private async Task<string[]> Flow(string tasks) => [.. (await Post("/tasks/batch", $"[{tasks}]")).IsJson(HttpStatusCode.Accepted).Items("tasks").Select(static task => task.Id())];
}
