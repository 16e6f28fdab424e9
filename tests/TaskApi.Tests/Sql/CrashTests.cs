using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>
/// The promise of the durable mode, tried on the real service: killed again and again under the load of several owners, at moments that nobody
/// chose, it must still say of every task what it has said before, and to nobody else.
/// </summary>
public sealed class CrashTests
{
    private const int Kills = 24;
    private const int WorkersOfEach = 4;

    private readonly CrashCaller[] _callers = [new("north"), new("south"), new("east")];
    private readonly Random _random = new();

    [Fact]
    public async Task KilledUnderLoad_AgainAndAgain_NothingIsLostResurrectedChangedDoubledOrAnothers()
    {
        var folder = TestFolder.CreateOnDisk();
        using (var service = ServiceProcess.OnFile(Path.Combine(folder.FullName, "tasks.db"), CrashCaller.Settings(_callers)))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await service.Start();
                using var clients = new Clients(service, _callers);
                if (kill == 0) await AskForNothing(clients[0]);
                await Task.WhenAll(_callers.Select((caller, i) => caller.Check(clients[i], repeat: 30)));
                await KillUnderLoad(service, clients);
            }

            await service.Start();
            using (var clients = new Clients(service, _callers))
            {
                await Task.WhenAll(_callers.Select((caller, i) => caller.Check(clients[i], repeat: int.MaxValue)));
                await Task.WhenAll(_callers.Select((caller, i) => caller.Finish(clients[i])));
            }
        }

        folder.Delete(recursive: true);
        Assert.All(_callers, static caller => Assert.InRange(caller.Ledger.Count, Kills, int.MaxValue));
        Assert.InRange(_callers.Sum(static caller => caller.Ledger.Finals), Kills, int.MaxValue);
        Assert.InRange(_callers.Sum(static caller => caller.Calls.Retried), 1, int.MaxValue);
        Assert.InRange(_callers.Sum(static caller => caller.Calls.Repeated), Kills, int.MaxValue);
    }

    // The first transaction of a new file changes nothing.
    private static async Task AskForNothing(HttpClient client)
    {
        using var reply = await client.DeleteAsync(new Uri($"/tasks/{Guid.CreateVersion7()}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    private async Task KillUnderLoad(ServiceProcess service, Clients clients)
    {
        using var stop = new CancellationTokenSource();
        var (answers, enough) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var killAfter = _random.Next(1, 400);
        var workers = new List<Task>();
        for (var i = 0; i < _callers.Length; i++)
        {
            var (caller, client) = (_callers[i], clients[i]);
            workers.Add(UntilKilled(() => caller.ReadEvents(client)));
            for (var worker = 0; worker < WorkersOfEach; worker++)
            {
                workers.Add(UntilKilled(async () =>
                {
                    var known = new List<JsonElement>();
                    while (!stop.IsCancellationRequested)
                    {
                        await caller.Act(client, known);
                        if (Interlocked.Increment(ref answers) == killAfter) enough.SetResult();
                    }
                }));
            }
        }

        await Task.WhenAny(enough.Task, Task.WhenAll(workers));
        await service.Kill();
        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }

    private static Task UntilKilled(Func<Task> work) => Task.Run(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException or OperationCanceledException)
        {
            // Killed: before the answer, in the middle of it, or before the client noticed.
        }
    });

    private sealed class Clients(ServiceProcess service, IReadOnlyList<CrashCaller> callers) : IDisposable
    {
        private readonly HttpClient[] _clients = [.. callers.Select(caller => service.ClientOf(caller.Key))];

        public HttpClient this[int index] => _clients[index];

        public void Dispose()
        {
            foreach (var client in _clients) client.Dispose();
        }
    }
}
