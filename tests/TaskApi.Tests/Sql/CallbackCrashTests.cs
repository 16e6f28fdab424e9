using System.Net.Sockets;
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
                await KillUnderLoad(service, ledger);
            }

            await service.Start();
            Assert.InRange(await CallbackLedger.FinishAndCheck(service.Client), Kills * 45, int.MaxValue);
        }

        folder.Delete(recursive: true);
    }

    private static async Task KillUnderLoad(ServiceProcess service, CallbackLedger ledger)
    {
        var client = service.Client;
        using var stop = new CancellationTokenSource();
        var (rounds, enough, killAfter) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), Random.Shared.Next(1, 8));
        var all = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    await ledger.Go(client);
                    if (Interlocked.Increment(ref rounds) >= killAfter) enough.TrySetResult();
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                // Killed: before the answer, or in the middle of it.
            }
        })).ToArray();
        await Task.WhenAny(enough.Task, Task.WhenAll(all));
        await service.Kill();
        await stop.CancelAsync();
        await Task.WhenAll(all);
    }
}
