using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>Flows of tasks that wait for one another, on real nodes that are killed at random: nothing waits for ever, and nothing runs too soon.</summary>
public sealed class FlowLossTests
{
    private const int Kills = 4;
    private const int Workers = 3;

    [Fact]
    public async Task Nodes_KilledAtRandom_EveryFlowRunsThroughInOrder()
    {
        var database = PostgresServer.Shared.NewSchema();
        ServiceProcess[] nodes = [.. Enumerable.Range(0, 2).Select(_ => new ServiceProcess(("Tasks__Storage", "Postgres"), ("ConnectionStrings__Tasks", database)))];
        using var client = new HttpClient(new RetryingHandler(nodes)) { BaseAddress = new Uri("http://any.node"), Timeout = Timeout.InfiniteTimeSpan };
        // The clocks by which two nodes write down their instants agree but for the time that a look at the database's takes.
        var ledger = new FlowLedger { Tolerance = TimeSpan.FromSeconds(1) };
        using var stop = new CancellationTokenSource();
        try
        {
            await Task.WhenAll(nodes.Select(static node => node.Start()));
            var done = 0;
            var load = Enumerable.Range(0, Workers).Select(number => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested) Interlocked.Add(ref done, await FlowLedger.Work(client, $"w{number}"));
            })).ToArray();
            for (var kill = 0; kill < Kills; kill++)
            {
                for (var i = 0; i < 3; i++) await ledger.Create(client, size: 200);
                await Reach(Volatile.Read(ref done) + Random.Shared.Next(1, 100));
                await nodes[kill % 2].Kill();
                await Reach(Volatile.Read(ref done) + Random.Shared.Next(1, 100));
                await nodes[kill % 2].Start();
            }

            await stop.CancelAsync();
            await Task.WhenAll(load);
            await ledger.FinishAndCheck(client);

            async Task Reach(int count)
            {
                var began = TimeProvider.System.GetTimestamp();
                while (Volatile.Read(ref done) < count)
                {
                    foreach (var failed in load.Where(static work => work.IsFaulted)) await failed;
                    Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), "Nothing is handed out.");
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
