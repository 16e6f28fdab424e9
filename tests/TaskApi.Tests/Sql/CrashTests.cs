using System.Globalization;
using System.Net;
using System.Net.Http.Json;
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
    private readonly Random _random = new();
    private int _names;

    [Fact]
    public async Task KilledUnderLoad_AgainAndAgain_NothingIsLostResurrectedChangedOrDoubled()
    {
        var folder = TestFolder.CreateOnDisk();
        using (var service = new ServiceProcess(Path.Combine(folder.FullName, "tasks.db")))
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await service.Start();
                _ledger.Compare(await List(service.Client));
                await _calls.Repeat(service.Client, count: 100, NoteCreated);
                await KillUnderLoad(service);
            }

            await service.Start();
            await _calls.Repeat(service.Client, count: int.MaxValue, NoteCreated);
            var tasks = await List(service.Client);
            _ledger.Compare(tasks);
            await AssertDueOnesComplete(service.Client, tasks);
            _ledger.Compare(await List(service.Client));
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
            catch (HttpRequestException)
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
        var choice = known.Count == 0 ? 0 : Random.Shared.Next(13);
        switch (choice)
        {
            case < 4:
                await Create(client, "/tasks", known);
                break;
            case 4:
                await CreateMany(client, known);
                break;
            case 5:
                await Create(client, "/tasks?waitSeconds=0.05", known);
                break;
            case 6 or 7:
                await Change(client, known, static (id, client) => client.DeleteAsync(new Uri($"/tasks/{id}?reason=because", UriKind.Relative)));
                break;
            case 8:
                await Change(client, known, static (id, client) => client.PatchAsJsonAsync($"/tasks/{id}", new { delaySeconds = Delay() }));
                break;
            case 9:
                Add(await _calls.Make(client, "/tasks", NewTask()), known);
                break;
            case 10:
                Add(await _calls.Make(client, "/tasks?waitSeconds=0.05", NewTask()), known);
                break;
            case 11:
                foreach (var task in (await _calls.Make(client, "/tasks/batch", NewTasks())).Items("tasks")) Add(task, known);
                break;
            default:
                var asked = known[Random.Shared.Next(known.Count)];
                _ledger.Note(await client.GetFromJsonAsync<JsonElement>($"/tasks/{asked.Id()}"));
                break;
        }
    }

    private async Task Create(HttpClient client, string path, List<JsonElement> known)
    {
        using var reply = await client.PostAsJsonAsync(path, NewTask());
        reply.EnsureSuccessStatusCode();
        Add(await reply.Content.ReadFromJsonAsync<JsonElement>(), known);
    }

    private async Task CreateMany(HttpClient client, List<JsonElement> known)
    {
        using var reply = await client.PostAsJsonAsync("/tasks/batch", NewTasks());
        reply.EnsureSuccessStatusCode();
        foreach (var task in (await reply.Content.ReadFromJsonAsync<JsonElement>()).Items("tasks")) Add(task, known);
    }

    private async Task Change(HttpClient client, List<JsonElement> known, Func<string, HttpClient, Task<HttpResponseMessage>> change)
    {
        var task = known[Random.Shared.Next(known.Count)];
        _ledger.NoteAttempt(task);
        using var reply = await change(task.Id(), client);
        if (reply.StatusCode == HttpStatusCode.OK) _ledger.Note(await reply.Content.ReadFromJsonAsync<JsonElement>());
        else Assert.Equal(HttpStatusCode.Conflict, reply.StatusCode);
    }

    private void Add(JsonElement task, List<JsonElement> known)
    {
        _ledger.Note(task);
        known.Add(task);
    }

    // The answer to a call that was made again: a task, or some, perhaps as they were long ago.
    private void NoteCreated(JsonElement answer)
    {
        if (!answer.TryGetProperty("tasks", out var tasks)) _ledger.NoteCreated(answer);
        else foreach (var task in tasks.EnumerateArray()) _ledger.NoteCreated(task);
    }

    private Dictionary<string, object>[] NewTasks() => [.. Enumerable.Range(0, 20).Select(_ => NewTask())];

    private Dictionary<string, object> NewTask()
    {
        var name = $"task {Interlocked.Increment(ref _names)}";
        _ledger.Expect(name);
        return new() { ["message"] = $"Hei 日本 {name}", ["name"] = name, ["group"] = "crash", ["delaySeconds"] = Delay() };
    }

    // Due at once, within the run, while the service is down, in the end, or never.
    private static double Delay() => Random.Shared.Next(4) switch
    {
        0 => 0,
        1 => Random.Shared.Next(1, 500) / 1000.0,
        2 => Random.Shared.Next(1, 5000) / 1000.0,
        _ => 100_000 + Random.Shared.Next(1000),
    };

    private static async Task<List<JsonElement>> List(HttpClient client)
    {
        var tasks = new List<JsonElement>();
        for (var path = "/tasks?limit=1000"; path is not null;)
        {
            var page = await client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
            tasks.AddRange(page.Items("tasks"));
            path = page.Text("nextCursor") is { } cursor ? string.Create(CultureInfo.InvariantCulture, $"/tasks?limit=1000&cursor={cursor}") : null;
        }

        return tasks;
    }

    private async Task AssertDueOnesComplete(HttpClient client, List<JsonElement> tasks)
    {
        foreach (var task in tasks.Where(static task => task.Status() == "pending" && task.Number("delaySeconds") < 1000))
        {
            var finished = await client.GetFromJsonAsync<JsonElement>($"/tasks/{task.Id()}?waitSeconds=60", TestContext.Current.CancellationToken);
            Assert.Equal("completed", finished.Status());
            _ledger.Note(finished);
        }
    }
}
