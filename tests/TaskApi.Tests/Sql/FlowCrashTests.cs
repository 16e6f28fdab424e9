using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>That nothing waits for ever, tried on the real service: killed again and again while flows of a thousand tasks are created and run.</summary>
public sealed class FlowCrashTests
{
    private const int Kills = 5;

    [Fact]
    public async Task KilledUnderLoad_AgainAndAgain_EveryFlowRunsThroughInOrder()
    {
        var folder = TestFolder.CreateOnDisk();
        var ledger = new FlowLedger();
        using (var service = ServiceProcess.OnFile(Path.Combine(folder.FullName, "tasks.db")))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await service.Start();
                await ledger.Create(service.Client, size: 1000);
                await KillUnderLoad(service, ledger);
            }

            await service.Start();
            await ledger.FinishAndCheck(service.Client);
        }

        folder.Delete(recursive: true);
        Assert.InRange(ledger.Created, Kills * 1000, int.MaxValue);
    }

    private static Task KillUnderLoad(ServiceProcess service, FlowLedger ledger) => service.KillUnderLoad(Random.Shared.Next(50, 600), [
        .. Enumerable.Range(0, 3).Select<int, Func<Task<int>>>(number => () => FlowLedger.Work(service.Client, $"w{number}")),
        async () =>
        {
            await ledger.Create(service.Client, size: 50);
            return 1;
        },
    ]);
}
