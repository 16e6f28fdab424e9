using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Sql;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests.Faults;

/// <summary>Tasks that end in every way on real nodes that are killed at random: each end is told by one task.</summary>
public sealed class CallbackLossTests
{
    private const int Kills = 4;

    [Fact]
    public async Task Nodes_KilledAtRandom_EveryEndIsToldByOneTask()
    {
        await using var receiver = new Receiver();
        var ledger = new CallbackLedger(receiver.Url);
        var database = PostgresServer.Shared.NewSchema();
        ServiceProcess[] nodes = [.. Enumerable.Range(0, 2).Select(_ => new ServiceProcess(
            ("Tasks__Storage", "Postgres"), ("ConnectionStrings__Tasks", database), ("Delivery__AllowedNetworks__0", "127.0.0.0/8")))];
        using var client = new HttpClient(new RetryingHandler(nodes)) { BaseAddress = new Uri("http://any.node"), Timeout = Timeout.InfiniteTimeSpan };
        using var stop = new CancellationTokenSource();
        try
        {
            await Task.WhenAll(nodes.Select(static node => node.Start()));
            var rounds = 0;
            var load = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
            {
                for (; !stop.IsCancellationRequested; Interlocked.Increment(ref rounds)) await ledger.Go(client);
            })).ToArray();
            for (var kill = 0; kill < Kills; kill++)
            {
                await Reach(Volatile.Read(ref rounds) + Random.Shared.Next(1, 10));
                await nodes[kill % 2].Kill();
                await Reach(Volatile.Read(ref rounds) + Random.Shared.Next(1, 10));
                await nodes[kill % 2].Start();
            }

            await stop.CancelAsync();
            await Task.WhenAll(load);
            Assert.InRange(await CallbackLedger.FinishAndCheck(client), rounds * 45, int.MaxValue);

            async Task Reach(int count)
            {
                var began = TimeProvider.System.GetTimestamp();
                while (Volatile.Read(ref rounds) < count)
                {
                    foreach (var failed in load.Where(static work => work.IsFaulted)) await failed;
                    Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), "Nothing goes on.");
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var node in nodes) node.Dispose();
        }
    }
}
