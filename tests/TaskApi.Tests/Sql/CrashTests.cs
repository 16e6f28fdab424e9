using System.Net.Sockets;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>
/// The promise of the durable mode, tried on the real service: killed again and again under load, at moments that nobody chose, it
/// must still say of every task what it has said before.
/// </summary>
public sealed class CrashTests
{
    private const int Kills = 24;
    private const int Workers = 12;

    private readonly CrashLedger _ledger = new();
    private readonly KeyedCalls _calls = new();
    private readonly LedgerClients _clients;
    private readonly Random _random = new();

    public CrashTests() => _clients = new LedgerClients(_ledger);

    [Fact]
    public async Task KilledUnderLoad_AgainAndAgain_NothingIsLostResurrectedChangedOrDoubled()
    {
        var folder = TestFolder.CreateOnDisk();
        using (var service = ServiceProcess.OnFile(Path.Combine(folder.FullName, "tasks.db")))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await service.Start();
                _ledger.Compare(await LedgerClients.List(service.Client));
                await _calls.Repeat(service.Client, count: 100, NoteCreated);
                await KillUnderLoad(service);
            }

            await service.Start();
            await _calls.Repeat(service.Client, count: int.MaxValue, NoteCreated);
            var tasks = await LedgerClients.List(service.Client);
            _ledger.Compare(tasks);
            await _clients.AssertDueOnesComplete(service.Client, tasks);
            _ledger.Compare(await LedgerClients.List(service.Client));
        }

        folder.Delete(recursive: true);
        Assert.InRange(_ledger.Count, Kills, int.MaxValue);
        Assert.InRange(_ledger.Finals, Kills, int.MaxValue);
        Assert.InRange(_calls.Retried, 1, int.MaxValue);
        Assert.InRange(_calls.Repeated, Kills, int.MaxValue);
    }

    private async Task KillUnderLoad(ServiceProcess service)
    {
        using var stop = new CancellationTokenSource();
        var client = service.Client;
        var (answers, enough) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var killAfter = _random.Next(1, 400);
        var workers = Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            var known = new List<JsonElement>();
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    await Act(client, known);
                    if (Interlocked.Increment(ref answers) == killAfter) enough.SetResult();
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                // Killed.
            }
            catch (IOException)
            {
                // Killed in the middle of an answer.
            }
            catch (OperationCanceledException)
            {
                // Killed, and the client was closed before it noticed.
            }
        })).ToList();
        await Task.WhenAny(enough.Task, Task.WhenAll(workers));
        await service.Kill();
        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }

    // What one client does next.
    private async Task Act(HttpClient client, List<JsonElement> known)
    {
        switch (known.Count == 0 ? 0 : Random.Shared.Next(13))
        {
            case 10:
                _clients.Add(await _calls.Make(client, "/tasks", _clients.NewTask()), known);
                break;
            case 11:
                _clients.Add(await _calls.Make(client, "/tasks?waitSeconds=0.05", _clients.NewTask()), known);
                break;
            case 12:
                foreach (var task in (await _calls.Make(client, "/tasks/batch", _clients.NewTasks())).Items("tasks")) _clients.Add(task, known);
                break;
            default:
                await _clients.Act(client, known);
                break;
        }
    }

    // The answer to a call that was made again: a task, or some, perhaps as they were long ago.
    private void NoteCreated(JsonElement answer)
    {
        if (!answer.TryGetProperty("tasks", out var tasks)) _ledger.NoteCreated(answer);
        else foreach (var task in tasks.EnumerateArray()) _ledger.NoteCreated(task);
    }
}
