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

    private Task KillUnderLoad(ServiceProcess service) =>
        service.KillUnderLoad(_random.Next(20, 300), [.. Enumerable.Range(0, Workers).Select(number => OneStep(() => _ledger.Work(service.Client, $"w{number}"))), OneStep(() => _ledger.Create(service.Client))]);

    private static Func<Task<int>> OneStep(Func<Task> step) => async () =>
    {
        await step();
        return 1;
    };
}
