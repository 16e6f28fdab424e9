using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>Flows of tasks that wait for one another, on real nodes that are killed at random: nothing waits for ever, and nothing runs too soon.</summary>
public sealed class FlowLossTests
{
    [Fact]
    public async Task Nodes_KilledAtRandom_EveryFlowRunsThroughInOrder()
    {
        using var nodes = new KilledNodes();
        // The clocks by which two nodes write down their instants agree but for the time that a look at the database's takes.
        var ledger = new FlowLedger { Tolerance = TimeSpan.FromSeconds(1) };

        await nodes.Run(most: 100, number => FlowLedger.Work(nodes.Client, $"w{number}"), async () =>
        {
            for (var i = 0; i < 3; i++) await ledger.Create(nodes.Client, size: 200);
        });

        await ledger.FinishAndCheck(nodes.Client);
    }
}
