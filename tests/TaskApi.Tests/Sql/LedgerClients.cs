using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>What clients do with a service that has to bear faults; whatever it answers is held against the ledger. Thread-safe.</summary>
/// <param name="ledger">What the service has said before.</param>
/// <param name="owner">Whose they are: a part of their tasks' names.</param>
internal sealed class LedgerClients(CrashLedger ledger, string owner = "")
{
    private int _names;

    /// <summary>Does what one client does next.</summary>
    /// <param name="client">The service.</param>
    /// <param name="known">The client's own tasks: nobody else changes them.</param>
    public async Task Act(HttpClient client, List<JsonElement> known)
    {
        switch (known.Count == 0 ? 0 : Random.Shared.Next(10))
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
            default:
                var asked = known[Random.Shared.Next(known.Count)];
                ledger.Note(await client.GetFromJsonAsync<JsonElement>($"/tasks/{asked.Id()}"));
                break;
        }
    }

    /// <summary>Notes a task that the service says it has created.</summary>
    public void Add(JsonElement task, List<JsonElement> known)
    {
        ledger.Note(task);
        known.Add(task);
    }

    public Dictionary<string, object>[] NewTasks() => [.. Enumerable.Range(0, 20).Select(_ => NewTask())];

    /// <summary>What to create next, under a name of its own.</summary>
    public Dictionary<string, object> NewTask()
    {
        var name = $"task {owner}{Interlocked.Increment(ref _names)}";
        ledger.Expect(name);
        return new() { ["message"] = $"Hei 日本 {name}", ["name"] = name, ["group"] = "crash", ["delaySeconds"] = Delay() };
    }

    /// <summary>All tasks that the service has.</summary>
    public static async Task<List<JsonElement>> List(HttpClient client)
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

    /// <summary>Waits for those that come due soon.</summary>
    public async Task AssertDueOnesComplete(HttpClient client, List<JsonElement> tasks)
    {
        foreach (var task in tasks.Where(static task => task.Status() == "pending" && task.Number("delaySeconds") < 1000))
        {
            var finished = await client.GetFromJsonAsync<JsonElement>($"/tasks/{task.Id()}?waitSeconds=60", TestContext.Current.CancellationToken);
            Assert.Equal("completed", finished.Status());
            ledger.Note(finished);
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
        ledger.NoteAttempt(task);
        using var reply = await change(task.Id(), client);
        if (reply.StatusCode == HttpStatusCode.OK) ledger.Note(await reply.Content.ReadFromJsonAsync<JsonElement>());
        else Assert.Equal(HttpStatusCode.Conflict, reply.StatusCode);
    }

    // Due at once, within the run, while the service is down, in the end, or never.
    private static double Delay() => Random.Shared.Next(4) switch
    {
        0 => 0,
        1 => Random.Shared.Next(1, 500) / 1000.0,
        2 => Random.Shared.Next(1, 5000) / 1000.0,
        _ => 100_000 + Random.Shared.Next(1000),
    };
}
