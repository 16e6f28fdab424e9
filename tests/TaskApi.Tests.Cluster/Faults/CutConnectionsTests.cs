using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>What becomes of tasks when the network between nodes and their database fails in mid-statement, and in mid-commit.</summary>
public sealed class CutConnectionsTests
{
    private const int Cuts = 30;

    private readonly Random _random = new();

    [Fact]
    public async Task Connections_CutAndHeldUnderLoad_NothingIsLostEarlyChangedOrDoubled()
    {
        var server = PostgresServer.Shared;
        var database = server.NewSchema();
        using var one = new TcpProxy(server.Port);
        using var other = new TcpProxy(server.Port);
        using var cluster = new NodesUnderLoad([.. new[] { one, other }.Select(proxy => database.Replace($"Port={server.Port}", $"Port={proxy.Port}", StringComparison.Ordinal))]);
        await cluster.Start();
        for (var cut = 0; cut < Cuts; cut++)
        {
            await cluster.Answers(_random.Next(1, 60));
            await Fail(cluster, cut % 2 == 0 ? one : other, kind: cut % 5);
        }

        await cluster.Check();
        // Clients need not have noticed any of it.
        Assert.InRange(one.Broken, Cuts / 5, int.MaxValue);
        Assert.InRange(other.Broken, Cuts / 5, int.MaxValue);
    }

    private static async Task Fail(NodesUnderLoad cluster, TcpProxy network, int kind)
    {
        if (kind < 2)
        {
            network.Cut();
            return;
        }

        var held = network.Held;
        network.Hold(answersOnly: kind == 2);
        await cluster.Until(() => network.Held > held, "Nobody talks to the database.");
        // What the database has done, but not said; or has been asked, but not heard; or, in the end, only late.
        if (kind < 4) network.Cut();
        network.Release();
    }
}
