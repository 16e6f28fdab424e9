using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>Sessions that a server, an operator or a firewall ends while nobody uses them.</summary>
public sealed class EndedSessionsTests : IDisposable
{
    private const int Rounds = 3;

    private readonly RealNodes _nodes = new(count: 1);

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task Sessions_AllEndedWhileIdle_AreReplacedAndNoCallFails()
    {
        await _nodes.Start();
        var node = _nodes.All[0].Client;
        var of = $"FROM pg_stat_activity WHERE application_name LIKE '{_nodes.NameOf(0)}%'";
        for (var round = 0; round < Rounds; round++)
        {
            // All are there, and the one that listens has done so for a while.
            var id = (await Reply.Send(node, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}""")).IsJson(HttpStatusCode.Accepted).Id();
            (await Reply.Send(node, HttpMethod.Get, $"/tasks/{id}")).Is(HttpStatusCode.OK);
            await _nodes.Until($"SELECT bool_and(backend_start < clock_timestamp() - interval '2 s') AND bool_or(application_name LIKE '% listener') {of}");

            Assert.InRange((long)PostgresServer.Ask(_nodes.Database, $"SELECT count(pg_terminate_backend(pid)) {of}")!, 3, 20);

            (await Reply.Send(node, HttpMethod.Delete, $"/tasks/{id}")).Is(HttpStatusCode.OK);
            (await Reply.Send(node, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}""")).Is(HttpStatusCode.Accepted);
            (await Reply.Send(node, HttpMethod.Get, $"/tasks/{id}")).Is(HttpStatusCode.OK);
            (await Reply.Send(node, HttpMethod.Get, "/health/ready")).Is(HttpStatusCode.OK);
        }
    }
}
