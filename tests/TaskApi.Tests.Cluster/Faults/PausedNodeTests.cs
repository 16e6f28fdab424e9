using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>Nodes that are suspended, as machines are that are paused or moved, and go on later.</summary>
public sealed class PausedNodeTests : IDisposable
{
    private readonly RealNodes _nodes = new(count: 2);

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task Waits_OnANodePausedForLongerThanTasksAreKept_EndAndTellThatTheyFailed()
    {
        await _nodes.Start();
        var (paused, other) = (_nodes.All[0].Client, _nodes.All[1].Client);
        using var created = await other.PostAsJsonAsync("/tasks", new { message = "Hei", delaySeconds = 1000 }, TestContext.Current.CancellationToken);
        var id = (await Reply.Read(created)).IsJson(HttpStatusCode.Accepted).Id();
        var (polling, gathering) = (Reply.Send(paused, HttpMethod.Get, $"/tasks/{id}?waitSeconds=50"), Reply.Send(paused, HttpMethod.Post, "/tasks/gather", $$"""{"ids":["{{id}}"],"waitSeconds":50}"""));
        var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/as-completed") { Content = JsonContent.Create(new { ids = new[] { id } }) };
        using var completing = new StreamedReply(request, await paused.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        await AreHeld(paused, calls: 2);
        // What is looked up after the others has been looked up when they had.
        (await Reply.Send(paused, HttpMethod.Get, $"/tasks/{id}?waitSeconds=0.5")).Is(HttpStatusCode.OK);
        Assert.False(polling.IsCompleted || gathering.IsCompleted);

        await _nodes.All[0].Pause();
        (await Reply.Send(other, HttpMethod.Delete, $"/tasks/{id}")).Is(HttpStatusCode.OK);
        // As the other node does when its time is over, and ten seconds more.
        PostgresServer.Execute(_nodes.Database, "DELETE FROM tasks");
        await _nodes.All[0].Resume();

        AssertForgotten((await polling).IsJson(HttpStatusCode.OK));
        AssertForgotten((await gathering).IsProblem(HttpStatusCode.FailedDependency, "gather-failed").Json.GetProperty("task"));
        AssertForgotten(await completing.Json());
        await completing.Ends();
    }

    // As the node counts them itself: calls that have been sent needn't have arrived.
    private static async Task AreHeld(HttpClient node, int calls)
    {
        for (var i = 0; i < 1_000; i++)
        {
            var metrics = await node.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
            var line = metrics.Split('\n').FirstOrDefault(static line => line.StartsWith("taskapi_wait_active", StringComparison.Ordinal));
            if (line is not null && double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) >= calls)
                return;
        }

        Assert.Fail("The node doesn't hold the calls.");
    }

    private static void AssertForgotten(JsonElement task) =>
        Assert.Equal(("failed", "forgotten"), (task.Status(), task.GetProperty("error").Text("reason")));
}
