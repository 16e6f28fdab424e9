using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>Queues that have gone back to the defaults, and from which nobody takes, where two nodes know of them.</summary>
public sealed class LeftQueuesAcrossNodesTests : QueueNodes
{
    [Fact]
    public async Task Queue_ThatHasGoneBack_IsForgottenByAllWithTheNextReload()
    {
        await Set(new QueueSettings { MaxRunning = 1 });
        Assert.Equal(AnswerStatus.Ok, await OfNodes<IQueues>()[0].SetAsync("", "resize", settings: null, Ended));
        await Known(static known => known is null or { MaxRunning: null });
        Api.Clock.Advance(TimeSpan.FromSeconds(10));
        var nodes = OfNodes<DatabaseAccess>();
        Assert.Equal(1L, PostgresServer.Ask(Database, "SELECT count(*) FROM queues"));

        nodes[0].Writer.Reload();

        await Until(() => Task.FromResult(PostgresServer.Ask(Database, "SELECT count(*) FROM queues") is 0L && Array.TrueForAll(nodes, static node => node.Queues.Rows.Count == 0)));
    }
}
