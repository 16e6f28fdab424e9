using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>The bound on pending tasks, where several nodes come near it at once.</summary>
public sealed class CapacityAcrossNodesTests() : TwoNodes(("Tasks:MaxPending", "20000"), ("Limits:MaxBodyBytes", "16777216"))
{
    [Fact]
    public async Task Batches_AtOnceOnSeveralNodes_StopExactlyAtTheBound()
    {
        const int Batch = 9_000;
        await using var third = Api.NewNode();
        using var more = third.CreateDefaultClient(new DescribedAnswers());
        var bodies = $"[{string.Join(',', Enumerable.Repeat("""{"message":"Hei","delaySeconds":1000}""", Batch))}]";

        var replies = await Task.WhenAll(((HttpClient[])[One, Other, more]).Select(node => Reply.Send(node, HttpMethod.Post, "/tasks/batch", bodies)));

        Assert.Equal(2, replies.Count(static reply => reply.Status == HttpStatusCode.Accepted));
        replies.Single(static reply => reply.Status != HttpStatusCode.Accepted).IsProblem(HttpStatusCode.ServiceUnavailable, "capacity-reached");
        var stats = (await Reply.Send(One, HttpMethod.Get, "/tasks/stats")).Json;
        Assert.Equal(2 * Batch, stats.Number("pending"));

        // And not before it.
        var rest = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Reply.Send(i % 2 == 0 ? One : more, HttpMethod.Post, "/tasks/batch", $"[{string.Join(',', Enumerable.Repeat("""{"message":"Hei","delaySeconds":1000}""", 500))}]")));
        Assert.Equal(4, rest.Count(static reply => reply.Status == HttpStatusCode.Accepted));
        Assert.Equal(20_000, (await Reply.Send(Other, HttpMethod.Get, "/tasks/stats")).Json.Number("pending"));
    }
}
