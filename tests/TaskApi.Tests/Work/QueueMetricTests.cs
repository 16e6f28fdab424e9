using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>What is measured by queue: what the storage has, whoever brought it about. Of two nodes now one is called, now the other, and both show the same.</summary>
public sealed class QueueMetricTests : WorkEndpointTests
{
    private const string Running = "taskapi.queue.running";
    private const string Ready = "taskapi.queue.ready";

    [Fact]
    public async Task Running_FromTheStartToTheEndOfAnAttempt_IsCounted()
    {
        var (_, first) = await Run();
        var (_, second) = await Run();
        await CreateWork();
        await Shows(running: 2, ready: 1);

        await Finish(first, "\"result\":1");
        await Shows(running: 1, ready: 1);

        await Finish(second, "\"error\":{\"reason\":\"ValueError\"}");
        await Shows(running: 0, ready: 1);
    }

    [Fact]
    public async Task Running_WhoseWorkerIsGone_IsNotCountedAnyMore()
    {
        await Run("\"retry\":{\"maxLosses\":0}");
        await Shows(running: 1, ready: 0);

        await Pass(Seconds(30));

        await Shows(running: 0, ready: 0);
    }

    [Fact]
    public async Task Running_ThatTakesNoQueue_IsInNone()
    {
        var future = await Create("""{"type":"future","input":{"question":"Ship it?"}}""");
        Assert.Equal("completed", (await Finish(Token(future), "\"result\":1")).Status());

        Assert.All(Api.Nodes, static node => Assert.Empty(Measured.ByLabel(node.Services, Running)));
    }

    // A database that nodes share is asked every ten seconds; and services of other tests, in the same process, may have it measured at any time.
    private async Task Shows(long running, long ready)
    {
        await Pass(Seconds(11));
        foreach (var node in Api.Nodes)
        {
            Assert.Equal(running, Measured.ByLabel(node.Services, Running).GetValueOrDefault("resize"));
            Assert.Equal(ready, Measured.ByLabel(node.Services, Ready).GetValueOrDefault("resize"));
        }
    }
}
