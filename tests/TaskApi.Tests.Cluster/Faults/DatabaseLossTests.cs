using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>What happens while the database is away, and that everything goes on by itself when it is back.</summary>
public sealed class DatabaseLossTests : IDisposable
{
    private readonly PostgresServer _server = new();
    private readonly NodesUnderLoad _cluster;

    public DatabaseLossTests()
    {
        var database = _server.NewSchema();
        _cluster = new NodesUnderLoad(database, database);
    }

    [Fact]
    public async Task Database_RestartedUnderLoad_NothingIsLostEarlyChangedOrDoubled()
    {
        await _cluster.Start();
        foreach (var mode in (string[])["fast", "immediate", "fast"])
        {
            await _cluster.Answers(200);
            _server.Stop(mode);
            _server.Start();
        }

        await _cluster.Answers(200);
        await _cluster.Check();
    }

    [Fact]
    public async Task Database_AwayForAWhile_CallsAreRefusedAndWaitsGoOnAndAllRecovers()
    {
        await _cluster.Start();
        var (done, soon, late) = (await Create(0), await Create(2), await Create(1000));
        using var waiting = await Wait(_cluster.Nodes[0].Client, done, soon, late);
        Assert.Equal(done, (await waiting.Json()).Id());
        var polling = _cluster.Client.GetFromJsonAsync<JsonElement>($"/tasks/{late}?waitSeconds=300", TestContext.Current.CancellationToken);

        _server.Stop("fast");
        foreach (var node in _cluster.Nodes)
        {
            await node.Ready(HttpStatusCode.ServiceUnavailable);
            await AssertRefused(node, HttpMethod.Post, "/tasks", """{"message":"Hei"}""");
            await AssertRefused(node, HttpMethod.Delete, $"/tasks/{late}");
            await AssertRefused(node, HttpMethod.Get, $"/tasks/{late}");
            await AssertRefused(node, HttpMethod.Get, "/tasks");
            using var alive = await node.Client.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        }

        _server.Start();
        await Task.WhenAll(_cluster.Nodes.Select(static node => node.Ready(HttpStatusCode.OK)));
        var cancelled = await _cluster.Nodes[1].Client.DeleteFromJsonAsync<JsonElement>($"/tasks/{late}", TestContext.Current.CancellationToken);

        var told = new[] { await waiting.Json(), await waiting.Json() }.ToDictionary(static task => task.Id());
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

    private static async Task<StreamedReply> Wait(HttpClient client, params string[] ids)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/as-completed") { Content = JsonContent.Create(new { ids }) };
        return new StreamedReply(request, await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    private static async Task AssertRefused(ServiceProcess node, HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await node.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var reply = (await Reply.Read(response)).IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
        Assert.Matches("^[1-9][0-9]*$", reply.Header("Retry-After"));
    }

    private async Task<string> Create(double delaySeconds)
    {
        using var created = await _cluster.Client.PostAsJsonAsync("/tasks?waitSeconds=0.001", new { message = "Hei", delaySeconds }, TestContext.Current.CancellationToken);
        return (await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).Id();
    }
}
