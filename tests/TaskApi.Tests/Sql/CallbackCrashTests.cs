using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests.Sql;

/// <summary>That the end of a task and the task that tells of it are one step, tried on the real service: killed again and again while tasks end in every way.</summary>
public sealed class CallbackCrashTests
{
    private const int Kills = 5;

    [Fact]
    public async Task KilledUnderLoad_AgainAndAgain_EveryEndIsToldByOneTask()
    {
        var folder = TestFolder.CreateOnDisk();
        await using var receiver = new Receiver();
        var ledger = new CallbackLedger(receiver.Url);
        using (var service = ServiceProcess.OnFile(Path.Combine(folder.FullName, "tasks.db"), ("Delivery__AllowedNetworks__0", "127.0.0.0/8")))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await service.Start();
                await service.KillUnderLoad(Random.Shared.Next(1, 8), Enumerable.Repeat(
                    async () =>
                    {
                        await ledger.Go(service.Client);
                        return 1;
                    },
                    3));
            }

            await service.Start();
            Assert.InRange(await CallbackLedger.FinishAndCheck(service.Client), Kills * 45, int.MaxValue);
        }

        folder.Delete(recursive: true);
    }
}
