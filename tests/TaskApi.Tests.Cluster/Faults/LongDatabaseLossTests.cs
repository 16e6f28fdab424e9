using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>What happens while the database is away for long, on real time, and that everything goes on by itself when it is back.</summary>
public sealed class LongDatabaseLossTests : IDisposable
{
    private static readonly TimeSpan _away = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(1);

    private readonly PostgresServer _server = new();
    private readonly NodesUnderLoad _cluster;

    public LongDatabaseLossTests()
    {
        var database = _server.NewSchema();
        _cluster = new NodesUnderLoad(database, database);
    }

    [Fact]
    public async Task Database_AwayForHalfAMinute_CallsAreRefusedAndWaitsGoOnAndAllRecovers()
    {
        await _cluster.Start();
        var (done, soon, late) = (await Create(0), await Create(5), await Create(1000));
        using var client = new HttpClient { BaseAddress = _cluster.Nodes[0].Address, Timeout = Timeout.InfiniteTimeSpan };
        using var streaming = await AsCompleted(client, 300, done, soon, late);
        Assert.Equal(done, (await streaming.Json()).Id());
        var polling = _cluster.Client.GetFromJsonAsync<JsonElement>($"/tasks/{late}?waitSeconds=300", TestContext.Current.CancellationToken);
        var asked = TimeProvider.System.GetTimestamp();
        using var brief = await AsCompleted(client, 10, done, late);
        Assert.Equal(done, (await brief.Json()).Id());
        var (ending, tooShort) = (brief.Ends(), Reply.Send(client, HttpMethod.Get, $"/tasks/{late}?waitSeconds=10"));

        _server.Stop("fast");
        var stopped = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(_cluster.Nodes.Select(static node => node.Ready(HttpStatusCode.ServiceUnavailable)));
        for (var waited = false; !waited; await Task.Delay(_betweenLooks, TimeProvider.System, TestContext.Current.CancellationToken))
        {
            waited = TimeProvider.System.GetElapsedTime(stopped) >= _away;
            foreach (var node in _cluster.Nodes) await AssertAway(node.Client, late);
            var hasEnded = ending.IsCompleted;
            Assert.True(TimeProvider.System.GetElapsedTime(asked) >= TimeSpan.FromSeconds(10) || !hasEnded, "The wait has ended early.");
        }

        await ending;
        AssertRefused(await tooShort);

        _server.Start();
        await Task.WhenAll(_cluster.Nodes.Select(static node => node.Ready(HttpStatusCode.OK)));
        var cancelled = await _cluster.Nodes[1].Client.DeleteFromJsonAsync<JsonElement>($"/tasks/{late}", TestContext.Current.CancellationToken);

        var told = new[] { await streaming.Json(), await streaming.Json() }.ToDictionary(static task => task.Id());
        Assert.Equal("completed", told[soon].Status());
        Assert.Equal(cancelled.GetRawText(), told[late].GetRawText());
        Assert.Equal(cancelled.GetRawText(), (await polling).GetRawText());
        await _cluster.Check(but: [done, soon, late]);
    }

    public void Dispose()
    {
        _cluster.Dispose();
        _server.Dispose();
    }

    private static async Task<StreamedReply> AsCompleted(HttpClient client, double waitSeconds, params string[] ids)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/as-completed") { Content = JsonContent.Create(new { ids, waitSeconds }) };
        return new StreamedReply(request, await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    // Alive, not ready, and no call of it fails in another way.
    private static async Task AssertAway(HttpClient node, string id)
    {
        AssertRefused(await Reply.Send(node, HttpMethod.Post, "/tasks", """{"message":"Hei"}"""));
        AssertRefused(await Reply.Send(node, HttpMethod.Delete, $"/tasks/{id}"));
        AssertRefused(await Reply.Send(node, HttpMethod.Get, $"/tasks/{id}"));
        AssertRefused(await Reply.Send(node, HttpMethod.Get, $"/tasks/{id}?waitSeconds=300"));
        AssertRefused(await Reply.Send(node, HttpMethod.Get, "/tasks"));
        (await Reply.Send(node, HttpMethod.Get, "/health/ready")).Is(HttpStatusCode.ServiceUnavailable);
        (await Reply.Send(node, HttpMethod.Get, "/health/live")).Is(HttpStatusCode.OK);
    }

    private static void AssertRefused(Reply reply)
    {
        reply.IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
        Assert.Matches("^[1-9][0-9]*$", reply.Header("Retry-After"));
    }

    private async Task<string> Create(double delaySeconds)
    {
        using var created = await _cluster.Client.PostAsJsonAsync("/tasks?waitSeconds=0.001", new { message = "Hei", delaySeconds }, TestContext.Current.CancellationToken);
        return (await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).Id();
    }
}
