using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>The promise of the cluster, tried on real nodes: they come and go as they like, and clients that try again notice nothing else.</summary>
public sealed class NodeLossTests
{
    private const int Nodes = 3;
    private const int Kills = 10;
    private const int Pauses = 6;

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

    [Fact]
    public async Task OneOfThreeNodes_PausedUnderLoad_AgainAndAgain_NothingIsLostEarlyChangedOrDoubled()
    {
        using var cluster = NewCluster();
        await cluster.Start();
        for (var pause = 0; pause < Pauses; pause++)
        {
            await cluster.Answers(_random.Next(1, 200));
            var node = cluster.Nodes[pause % Nodes];
            await node.Pause();
            // Its clients wait for it, and take nothing but time for an end.
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(50, 1500)), TimeProvider.System, TestContext.Current.CancellationToken);
            await node.Resume();
        }

        await cluster.Check();
    }

    private static NodesUnderLoad NewCluster()
    {
        var database = PostgresServer.Shared.NewSchema();
        return new NodesUnderLoad([.. Enumerable.Repeat(database, Nodes)]);
    }
}
