using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>A database that takes what it is asked and answers nothing, as behind a network that swallows everything.</summary>
public sealed class SilentDatabaseTests : IDisposable
{
    // Far more than one deadline, and far less than one after the other for each connection.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(12);

    private readonly TcpProxy _network = new(PostgresServer.Shared.Port);
    private readonly Sql.ServiceProcess _node;

    public SilentDatabaseTests()
    {
        var database = PostgresServer.Shared.NewSchema().Replace($"Port={PostgresServer.Shared.Port}", $"Port={_network.Port}", StringComparison.Ordinal);
        _node = new Sql.ServiceProcess(("Tasks__Storage", "Postgres"), ("ConnectionStrings__Tasks", $"{database};Command Timeout=3"));
    }

    public void Dispose()
    {
        _node.Dispose();
        _network.Dispose();
    }

    [Fact]
    public async Task Calls_WhileTheDatabaseIsSilent_AreRefusedWithinOneDeadlineAndGoOnAfterIt()
    {
        await _node.Start();
        var id = (await Reply.Send(_node.Client, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":1000}""")).IsJson(HttpStatusCode.Accepted).Id();
        // As many connections as there may be.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Reply.Send(_node.Client, HttpMethod.Get, $"/tasks/{id}")));

        _network.Hold(answersOnly: false);
        var calls = new[]
        {
            Reply.Send(_node.Client, HttpMethod.Get, $"/tasks/{id}"), Reply.Send(_node.Client, HttpMethod.Get, "/tasks"), Reply.Send(_node.Client, HttpMethod.Get, $"/tasks/{id}?waitSeconds=300"),
            Reply.Send(_node.Client, HttpMethod.Post, "/tasks", """{"message":"Hei"}"""), Reply.Send(_node.Client, HttpMethod.Delete, $"/tasks/{id}"),
        };
        foreach (var reply in await Task.WhenAll(calls).WaitAsync(_patience, TestContext.Current.CancellationToken)) reply.IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
        (await Reply.Send(_node.Client, HttpMethod.Post, "/tasks", """{"message":"Hei"}""").WaitAsync(_patience, TestContext.Current.CancellationToken)).Is(HttpStatusCode.ServiceUnavailable);
        await _node.Ready(HttpStatusCode.ServiceUnavailable);

        _network.Release();
        await _node.Ready(HttpStatusCode.OK);
        (await Reply.Send(_node.Client, HttpMethod.Get, $"/tasks/{id}")).Is(HttpStatusCode.OK);
    }
}
