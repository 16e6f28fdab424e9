using System.Net.Sockets;
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

    private static async Task KillUnderLoad(ServiceProcess service, FlowLedger ledger)
    {
        var client = service.Client;
        using var stop = new CancellationTokenSource();
        var (done, enough, killAfter) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), Random.Shared.Next(50, 600));
        async Task Go(Func<Task<int>> step)
        {
            try
            {
                while (!stop.IsCancellationRequested)
                    if (Interlocked.Add(ref done, await step()) >= killAfter) enough.TrySetResult();
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                // Killed: before the answer, or in the middle of it.
            }
        }

        var all = Enumerable.Range(0, 3).Select(number => Task.Run(() => Go(() => FlowLedger.Work(client, $"w{number}")))).Append(Task.Run(() => Go(async () =>
        {
            await ledger.Create(client, size: 50);
            return 1;
        }))).ToArray();
        await Task.WhenAny(enough.Task, Task.WhenAll(all));
        await service.Kill();
        await stop.CancelAsync();
        await Task.WhenAll(all);
    }
}
