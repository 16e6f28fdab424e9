using TaskApi.Tests.Sql;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests.Faults;

/// <summary>Tasks that end in every way on real nodes that are killed at random: each end is told by one task.</summary>
public sealed class CallbackLossTests
{
    [Fact]
    public async Task Nodes_KilledAtRandom_EveryEndIsToldByOneTask()
    {
        await using var receiver = new Receiver();
        using var nodes = new KilledNodes(("Delivery__AllowedNetworks__0", "127.0.0.0/8"));
        var ledger = new CallbackLedger(receiver.Url);

        var rounds = await nodes.Run(most: 10, async _ =>
        {
            await ledger.Go(nodes.Client);
            return 1;
        });

        Assert.InRange(await CallbackLedger.FinishAndCheck(nodes.Client), rounds * 45, int.MaxValue);
    }
}
