using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>The promise of the cluster, tried on real nodes: they come and go as they like, and clients that try again notice nothing else.</summary>
public sealed class NodeLossTests
{
    private const int Nodes = 3;
    private const int Kills = 10;

    private readonly Random _random = new();

    [Fact]
    public async Task OneOfThreeNodes_KilledUnderLoad_AgainAndAgain_NothingIsLostEarlyChangedOrDoubled()
    {
        using var cluster = NewCluster();
        await cluster.Start();
        for (var kill = 0; kill < Kills; kill++)
        {
            await cluster.Answers(_random.Next(1, 200));
            var node = cluster.Nodes[kill % Nodes];
            await node.Kill();
            await cluster.Answers(_random.Next(1, 200));
            await node.Start();
        }

        await cluster.Check();
        Assert.InRange(cluster.Retries, 1, int.MaxValue);
    }

    [Fact]
    public async Task Nodes_RestartedOneAfterTheOtherUnderLoad_NoCallFailsAndNothingIsLost()
    {
        using var cluster = NewCluster();
        await cluster.Start();
        foreach (var node in cluster.Nodes)
        {
            await cluster.Answers(100);
            await node.Stop();
            await cluster.Answers(100);
            await node.Start();
        }

        await cluster.Check();
    }

    private static NodesUnderLoad NewCluster()
    {
        var database = PostgresServer.Shared.NewSchema();
        return new NodesUnderLoad([.. Enumerable.Repeat(database, Nodes)]);
    }
}
