using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>One of several who use a service that is killed again and again: what he does, and what it has said to him, which must never be another's. Thread-safe.</summary>
internal sealed class CrashCaller
{
    private readonly KeyedCalls _calls = new();
    private readonly LedgerClients _clients;

    /// <param name="name">The owner.</param>
    public CrashCaller(string name) => (Name, _clients) = (name, new LedgerClients(Ledger, $"{name} "));

    /// <summary>The owner.</summary>
    public string Name { get; }

    public string Key { get; } = ApiKeyText.NewKey();

    public CrashLedger Ledger { get; } = new();

    public KeyedCalls Calls => _calls;

    /// <summary>The settings that let them in.</summary>
    public static (string Key, string Value)[] Settings(IReadOnlyList<CrashCaller> callers) =>
        [.. callers.SelectMany(static (caller, i) => new[] { ($"Security__ApiKeys__{i}__Name", caller.Name), ($"Security__ApiKeys__{i}__Hash", ApiKeyText.Hash(caller.Key)) })];

    /// <summary>Does what one client does next.</summary>
    public async Task Act(HttpClient client, List<JsonElement> known)
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

    /// <summary>Reads events until the service is killed: they must be of tasks that this caller has asked for.</summary>
    public async Task ReadEvents(HttpClient client)
    {
        await using var stream = await client.GetStreamAsync(new Uri("/tasks/events", UriKind.Relative));
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal)) continue;
            var task = JsonElement.Parse(line["data: ".Length..]);
            if (task.TryGetProperty("id", out _)) Ledger.NoteCreated(task);
        }
    }

    /// <summary>Holds all that the service has of this caller's against what it has said before, and makes the latest calls again.</summary>
    /// <param name="client">The service.</param>
    /// <param name="repeat">How many calls.</param>
    public async Task Check(HttpClient client, int repeat)
    {
        Ledger.Compare(await LedgerClients.List(client));
        await _calls.Repeat(client, repeat, NoteCreated);
        // Nothing has been forgotten.
        var created = await client.GetFromJsonAsync<JsonElement>("/tasks/stats", TestContext.Current.CancellationToken);
        Assert.Equal((await LedgerClients.List(client)).Count, created.Number("created"));
    }

    /// <summary>Lets all that is due complete; then each of the counts has to be that of the tasks.</summary>
    public async Task Finish(HttpClient client)
    {
        await _clients.AssertDueOnesComplete(client, await LedgerClients.List(client));
        var tasks = await LedgerClients.List(client);
        Ledger.Compare(tasks);
        var stats = await client.GetFromJsonAsync<JsonElement>("/tasks/stats", TestContext.Current.CancellationToken);
        foreach (var state in (ReadOnlySpan<string>)["pending", "completed", "cancelled", "failed"])
            Assert.Equal(tasks.Count(task => task.Status() == state), stats.Number(state));
    }

    // The answer to a call that was made again: a task, or some, perhaps as they were long ago.
    private void NoteCreated(JsonElement answer)
    {
        if (!answer.TryGetProperty("tasks", out var tasks)) Ledger.NoteCreated(answer);
        else foreach (var task in tasks.EnumerateArray()) Ledger.NoteCreated(task);
    }
}
