using System.Net.Sockets;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>
/// The promises of durable work, tried on the real service: killed again and again while tasks are created, run, retried and finished, by workers of
/// which some vanish, too. What a client's ledger has is what the service says in the end.
/// </summary>
public sealed class WorkCrashTests
{
    private const int Kills = 6;
    private const int Workers = 4;

    private readonly WorkLedger _ledger = new();
    private readonly Random _random = new();

    [Fact]
    public async Task KilledUnderLoad_AgainAndAgain_NoOutcomeIsLostOrDoubledAndNothingRunsOftenerThanItMay()
    {
        var folder = TestFolder.CreateOnDisk();
        using (var service = ServiceProcess.OnFile(Path.Combine(folder.FullName, "tasks.db")))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await service.Start();
                await KillUnderLoad(service);
            }

            await service.Start();
            await _ledger.FinishAll(service.Client);
            await _ledger.Check(service.Client);
        }

        folder.Delete(recursive: true);
        Assert.InRange(_ledger.Created, Kills, int.MaxValue);
        Assert.InRange(_ledger.Finished, Kills, int.MaxValue);
    }

    private async Task KillUnderLoad(ServiceProcess service)
    {
        var client = service.Client;
        using var stop = new CancellationTokenSource();
        var (steps, enough, killAfter) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), _random.Next(20, 300));
        async Task Go(Func<Task> step)
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    await step();
                    if (Interlocked.Increment(ref steps) == killAfter) enough.SetResult();
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                // Killed: before the answer, or in the middle of it.
            }
        }

        var all = Enumerable.Range(0, Workers).Select(number => Task.Run(() => Go(() => _ledger.Work(client, $"w{number}"))))
            .Append(Task.Run(() => Go(() => _ledger.Create(client)))).ToArray();
        await Task.WhenAny(enough.Task, Task.WhenAll(all));
        await service.Kill();
        await stop.CancelAsync();
        await Task.WhenAll(all);
    }
}
