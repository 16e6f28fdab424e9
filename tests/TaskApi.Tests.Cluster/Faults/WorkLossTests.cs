using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>The promises of work in a cluster, tried on real nodes: whoever is killed, suspended or cut off, no outcome is lost, doubled or changed.</summary>
public sealed class WorkLossTests
{
    private const int Kills = 6;
    private const int Pauses = 3;

    private readonly Random _random = new();

    [Fact]
    public async Task Nodes_KilledAtRandom_NoOutcomeIsLostOrDoubledAndNothingRunsOftenerThanItMay()
    {
        var database = PostgresServer.Shared.NewSchema();
        using var cluster = new WorkersUnderLoad(database, database);
        await cluster.Start();
        for (var kill = 0; kill < Kills; kill++)
        {
            await cluster.Outcomes(_random.Next(1, 100));
            await cluster.Nodes[kill % 2].Kill();
            await cluster.Outcomes(_random.Next(1, 100));
            await cluster.Nodes[kill % 2].Start();
        }

        await cluster.Check();
        Assert.InRange(cluster.Retries, 1, int.MaxValue);
    }

    [Fact]
    public async Task Nodes_SuspendedForLongerThanLeasesLast_WhatTheyHoldIsLostAndNothingDoubled()
    {
        var database = PostgresServer.Shared.NewSchema();
        using var cluster = new WorkersUnderLoad(database, database);
        await cluster.Start();
        for (var pause = 0; pause < Pauses; pause++)
        {
            await cluster.Outcomes(_random.Next(1, 100));
            await cluster.Nodes[pause % 2].Pause();
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1200, 2000)), TimeProvider.System, TestContext.Current.CancellationToken);
            await cluster.Nodes[pause % 2].Resume();
        }

        await cluster.Check();
    }

    [Fact]
    public async Task Database_RestartedUnderLoad_NoOutcomeIsLostOrDoubled()
    {
        using var server = new PostgresServer();
        var database = server.NewSchema();
        using var cluster = new WorkersUnderLoad(database, database);
        await cluster.Start();
        foreach (var mode in (string[])["fast", "immediate", "fast"])
        {
            await cluster.Outcomes(100);
            server.Stop(mode);
            server.Start();
        }

        await cluster.Outcomes(100);
        await cluster.Check();
    }

    [Fact]
    public async Task Replica_ThatFollowsSynchronously_TakesOverUnderLoad_NoOutcomeIsLostOrDoubled()
    {
        using var primary = new PostgresServer();
        using var replica = primary.NewReplica();
        await primary.WaitForReplica();
        using var network = new TcpProxy(primary.Port);
        var database = $"{primary.ConnectionString("public")};Command Timeout=5".Replace($"Port={primary.Port}", $"Port={network.Port}", StringComparison.Ordinal);
        using var cluster = new WorkersUnderLoad(database, database);
        await cluster.Start();
        await cluster.Outcomes(100);

        primary.Stop("immediate");
        replica.Promote();
        network.Lead(replica.Port);
        network.Cut();
        await replica.WaitForNobody();

        await cluster.Outcomes(100);
        await cluster.Check();
    }

    [Fact]
    public async Task Database_SilentUnderLoad_NoOutcomeIsLostOrDoubled()
    {
        using var network = new TcpProxy(PostgresServer.Shared.Port);
        var database = $"{PostgresServer.Shared.NewSchema()};Command Timeout=2";
        var through = database.Replace($"Port={PostgresServer.Shared.Port}", $"Port={network.Port}", StringComparison.Ordinal);
        // One node is cut off, the other isn't; then what was held arrives late, or never.
        using var cluster = new WorkersUnderLoad(through, database);
        await cluster.Start();
        for (var hold = 0; hold < 3; hold++)
        {
            await cluster.Outcomes(_random.Next(1, 100));
            network.Hold(answersOnly: hold == 1);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500, 3500)), TimeProvider.System, TestContext.Current.CancellationToken);
            if (hold == 2) network.Cut();
            network.Release();
        }

        await cluster.Outcomes(100);
        await cluster.Check();
    }
}
