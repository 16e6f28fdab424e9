using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>Leases that nobody could renew, since no node was there: shorter than what nodes know of each other.</summary>
public sealed class AbsentNodesTests : IDisposable
{
    // Longer than it takes a node to renew its own sign of life, and than the leases last.
    private const string IsOver = """
        SELECT now > (SELECT max(until) - 10000 + 5500 FROM beats WHERE owner IS NULL) AND now > (SELECT max(until) FROM beats WHERE owner IS NOT NULL) AND now > (SELECT max(lease_until) FROM work)
        FROM (SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now) AS clock
        """;

    private readonly RealNodes _nodes = new(count: 1);

    public void Dispose() => _nodes.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leases_OverWhileTheOnlyNodeWasAway_LastOnceMore(bool isKilled)
    {
        var node = _nodes.All[0];
        await node.Start();
        for (var i = 0; i < 2; i++) (await Reply.Send(node.Client, HttpMethod.Post, "/tasks", """{"type":"resize","retry":{"maxLosses":0}}""")).Is(HttpStatusCode.Accepted);
        var acquired = (await Reply.Send(node.Client, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["resize"],"max":2,"leaseSeconds":9}""")).IsJson(HttpStatusCode.OK).Items("tasks");
        var tokens = acquired.Select(static task => task.GetProperty("lease").Text("token")!).ToArray();
        Assert.Equal(2, tokens.Length);
        // One goes by the worker's sign of life from now on, the other has a lease of its own.
        Assert.Empty((await Beat(node.Client, tokens[0])).Json.Items("lost"));

        if (isKilled) await node.Kill();
        else await node.Pause();
        await _nodes.Until(IsOver);
        if (isKilled) await node.Start();
        else await node.Resume();

        Assert.Empty((await Beat(node.Client, tokens[0])).Json.Items("lost"));
        foreach (var token in tokens)
        {
            var outcomes = (await Reply.Send(node.Client, HttpMethod.Post, "/work/finish", $$"""{"outcomes":[{"token":"{{token}}","result":1}]}""")).IsJson(HttpStatusCode.OK).Items("outcomes");
            Assert.Equal("completed", Assert.Single(outcomes).Status());
        }
    }

    private static Task<Reply> Beat(HttpClient client, string token) =>
        Reply.Send(client, HttpMethod.Post, "/work/heartbeat", $$"""{"worker":"w","leaseSeconds":9,"leases":[{"token":"{{token}}"}]}""");
}
