using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>What nodes show of tasks that others have started, or ended.</summary>
public sealed class QueueMetricAcrossNodesTests : TwoNodes
{
    private const string Work = """{"type":"resize"}""";

    [Fact]
    public async Task Running_StartedByOneNodeAndEndedAtTheOther_IsTheSameOnAll()
    {
        (await Reply.Send(One, HttpMethod.Post, "/tasks/batch", $"[{Work},{Work}]")).Is(HttpStatusCode.Accepted);
        var tasks = (await Reply.Send(One, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["resize"],"max":2,"leaseSeconds":600}""")).IsJson(HttpStatusCode.OK).Items("tasks");
        await AllShow(2);

        (await Reply.Send(Other, HttpMethod.Post, "/work/finish", $$"""{"outcomes":[{"token":"{{tasks[0].GetProperty("lease").Text("token")}}","result":1}]}""")).Is(HttpStatusCode.OK);

        await AllShow(1);
        // As after a start: it has neither begun nor ended any.
        await using var third = Api.NewNode();
        using var client = third.CreateDefaultClient();
        await Shows(1, third);
    }

    // Each asks the database every ten seconds.
    private async Task AllShow(long running)
    {
        Api.Clock.Advance(TimeSpan.FromSeconds(11));
        foreach (var node in Api.Nodes) await Shows(running, node);
    }

    // Once it has reached the database.
    private static Task Shows(long running, TaskApiFactory node) =>
        Until(() => Task.FromResult(Measured.ByLabel(node.Services, "taskapi.queue.running").GetValueOrDefault("resize") == running));
}
