using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Engine.Model;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>An asynchronous replica that was behind takes over under running nodes: what was lost is nobody else's.</summary>
public sealed class PromotionTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tasks_LostWithTheirNumbersAndOwners_AreAnsweredToNobodyByThoseOfOthers()
    {
        await using var cluster = new FailingOver();
        var (north, northThere, south, west) = (cluster.Client(0, "north"), cluster.Client(1, "north"), cluster.Client(0, "south"), cluster.Client(0, "west"));
        var kept = (await Create(north, "of north", 1))[0];
        await cluster.LoseWhatComes();
        using var events = await Events(northThere);
        var lost = await Create(north, "of north", 100);
        var ofWest = (await Create(west, "of west", 1))[0];
        var before = await Last(events, lost[^1]);
        var waits = lost.Concat([kept]).Select(id => northThere.GetFromJsonAsync<JsonElement>($"/tasks/{id}?waitSeconds=300", Ended)).ToList();
        await cluster.Nodes[1].Clock.TimerArmed(TimeSpan.FromSeconds(300), count: waits.Count);

        cluster.FailOver(isStopped: true);
        await cluster.Ready();

        // As many as get the numbers of those that were lost, if numbers are given out again; and an owner who gets that of west.
        var others = await Create(south, "of south", 200);
        Assert.Equal(200, (await Reply.Send(south, HttpMethod.Delete, "/tasks?all=true")).IsJson(HttpStatusCode.OK).Number("cancelled"));
        foreach (var wait in waits.SkipLast(1))
        {
            var task = await wait.WaitAsync(TimeSpan.FromSeconds(60), Ended);
            Assert.Equal(("of north", "failed", "lost"), (task.Text("message"), task.Status(), task.GetProperty("error").Text("reason")));
        }

        Assert.Empty(lost.Append(ofWest).Select(NumberOf).Intersect(others.Select(NumberOf)));
        foreach (var client in (HttpClient[])[north, northThere]) (await Reply.Send(client, HttpMethod.Get, $"/tasks/{lost[^1]}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        foreach (var (owner, message) in (IEnumerable<(string, string)>)[("north", "of north"), ("south", "of south"), ("west", "of west")])
        {
            var id = (await Create(cluster.Client(0, owner), message, 1))[0];
            var listed = (await Reply.Send(cluster.Client(1, owner), HttpMethod.Get, "/tasks?limit=1000")).IsJson(HttpStatusCode.OK).Items("tasks");
            Assert.Contains(id, listed.Select(static task => task.Id()));
            Assert.All(listed, task => Assert.Equal(message, task.Text("message")));
        }

        Assert.Equal("gap", (await events.Event())!.Name);
        var next = await events.Event();
        // A node that loses the database more than once on the way tells of that each time.
        while (next!.Name == "gap") next = await events.Event();
        Assert.Equal("of north", next.Data.Text("message"));
        Assert.True(long.Parse(next.Id!, System.Globalization.CultureInfo.InvariantCulture) > before);
        Assert.False(waits[^1].IsCompleted);
        (await Reply.Send(north, HttpMethod.Delete, $"/tasks/{kept}")).Is(HttpStatusCode.OK);
        Assert.Equal("cancelled", (await waits[^1].WaitAsync(TimeSpan.FromSeconds(60), Ended)).Status());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Creation_CutOffInMidCommitByAFailover_IsSettledByItsRows(bool isReplicated)
    {
        await using var cluster = new FailingOver();
        var north = cluster.Client(0, "north");
        await Create(north, "of north", 1);
        if (!isReplicated) await cluster.LoseWhatComes();
        var creating = Task.FromResult<Reply>(null!);
        await cluster.CommitAndHoldTheAnswer(() => creating = Reply.Send(north, HttpMethod.Post, "/tasks", """{"message":"cut off","delaySeconds":1000}"""), tasks: 2);
        if (isReplicated) await cluster.Replicate();

        cluster.FailOver(isStopped: !isReplicated);
        var created = await creating;
        await cluster.Ready();

        var listed = (await Reply.Send(cluster.Client(1, "north"), HttpMethod.Get, "/tasks")).IsJson(HttpStatusCode.OK).Items("tasks");
        var made = listed.Where(static task => task.Text("message") == "cut off").Select(static task => task.Id()).ToList();
        // What was lost may have been done again, if the replica took over in no time.
        if (isReplicated || created.Status == HttpStatusCode.Accepted)
        {
            Assert.Equal([created.IsJson(HttpStatusCode.Accepted).Id()], made);
            return;
        }

        created.IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
        Assert.Empty(made);
    }

    private static async Task<StreamedReply> Events(HttpClient client)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/tasks/events");
        return new StreamedReply(request, await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ended));
    }

    private static async Task<long> Last(StreamedReply events, string id)
    {
        while (true)
        {
            var read = (await events.Event())!;
            if (read.Data.Id() == id) return long.Parse(read.Id!, System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static async Task<string[]> Create(HttpClient client, string message, int count)
    {
        var bodies = string.Join(',', Enumerable.Repeat($$"""{"message":"{{message}}","delaySeconds":1000}""", count));
        return [.. (await Reply.Send(client, HttpMethod.Post, "/tasks/batch", $"[{bodies}]")).IsJson(HttpStatusCode.Accepted).Items("tasks").Select(static task => task.Id())];
    }

    private static long NumberOf(string id) => TaskId.TryParse(Guid.Parse(id), out var parsed) ? parsed.Sequence : throw new FormatException(id);
}
