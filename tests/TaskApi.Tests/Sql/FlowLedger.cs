using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>
/// Flows of tasks that wait for one another, created and run while the service is killed again and again: in the end all of them are done, and none ran before
/// those that it waited for. Thread-safe.
/// </summary>
internal sealed class FlowLedger
{
    private const string Queue = "flow";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private readonly ConcurrentDictionary<string, string[]> _created = new();
    private readonly ConcurrentDictionary<string, int> _gathers = new();

    /// <summary>By how much clocks may differ that tell when a task was done, and when another began.</summary>
    public TimeSpan Tolerance { get; init; }

    /// <summary>How many tasks the service has said it created.</summary>
    public int Created => _created.Count;

    /// <summary>Creates a chain, a fan out and in again, or diamonds one after the other.</summary>
    /// <param name="client">Talks to the service.</param>
    /// <param name="size">How many tasks, about.</param>
    public async Task Create(HttpClient client, int size)
    {
        var flow = Random.Shared.Next(3) switch
        {
            0 => Enumerable.Range(0, size).Select(static i => i == 0 ? [] : new[] { i - 1 }),
            1 => Enumerable.Range(0, size).Select(i => i == 0 ? [] : i < size - 1 ? [0] : Enumerable.Range(1, size - 2).ToArray()),
            _ => Enumerable.Range(0, size).Select(static i => i == 0 ? [] : i % 3 == 0 ? [i - 2, i - 1] : new[] { (i - 1) / 3 * 3 }),
        };
        var tasks = flow.Select(static (places, i) => new
        {
            type = Queue,
            // A dead worker's tasks are begun again.
            retry = new { maxLosses = 1000 },
            after = new { ids = places.Select(static place => string.Create(CultureInfo.InvariantCulture, $"#{place}")), on = i % 2 == 0 ? "success" : "done" },
        }).ToArray();
        using var reply = await client.PostAsJsonAsync("/tasks/batch", tasks);
        reply.EnsureSuccessStatusCode();
        var created = (await reply.Content.ReadFromJsonAsync<JsonElement>()).Items("tasks");
        foreach (var task in created)
            _created[task.Id()] = task.GetProperty("after") is { ValueKind: JsonValueKind.Object } after ? [.. after.Items("ids").Select(static id => id.GetString()!)] : [];
        await Gather(client, [.. created.Select(static task => task.Id())]);
    }

    // All of them as one, and some more that are created with their gather.
    private async Task Gather(HttpClient client, string[] ids)
    {
        foreach (var (count, input) in ((int, object)[])[(ids.Length, new { ids }), (20, new { tasks = Enumerable.Repeat(new { type = Queue, retry = new { maxLosses = 1000 } }, 20), onFailure = "cancel" })])
        {
            using var reply = await client.PostAsJsonAsync("/tasks", new { type = "gather", input });
            reply.EnsureSuccessStatusCode();
            _gathers[(await reply.Content.ReadFromJsonAsync<JsonElement>()).Id()] = count;
        }
    }

    /// <summary>Gets tasks, and says that they are done.</summary>
    public static async Task<int> Work(HttpClient client, string worker)
    {
        using var reply = await client.PostAsJsonAsync("/work/acquire", new { worker, queues = new[] { Queue }, max = 20, leaseSeconds = 1, waitSeconds = 0.1 });
        reply.EnsureSuccessStatusCode();
        var tasks = (await reply.Content.ReadFromJsonAsync<JsonElement>()).Items("tasks");
        foreach (var task in tasks)
            if (task.TryGetProperty("parents", out _)) Assert.All(task.Items("parents"), static parent => Assert.Equal("completed", parent.Status()));
        if (tasks.Count == 0) return 0;
        using var finished = await client.PostAsJsonAsync("/work/finish", new { outcomes = tasks.Select(static task => new { token = task.GetProperty("lease").Text("token"), result = 1 }) });
        finished.EnsureSuccessStatusCode();
        return tasks.Count;
    }

    /// <summary>Runs what is left, until nothing waits any more; then looks at each.</summary>
    public async Task FinishAndCheck(HttpClient client)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < _patience)
        {
            if (await Work(client, "last") > 0) continue;
            var stats = await client.GetFromJsonAsync<JsonElement>("/tasks/stats");
            if (stats.Number("pending") + stats.Number("running") == 0) break;
        }

        var ends = new Dictionary<string, (DateTimeOffset Started, DateTimeOffset Finished)>();
        foreach (var id in _created.Keys)
        {
            var task = await client.GetFromJsonAsync<JsonElement>($"/tasks/{id}");
            Assert.True(task.Status() == "completed", $"Waits for ever: {task}");
            ends[id] = (task.GetProperty("startedAt").GetDateTimeOffset(), task.GetProperty("finishedAt").GetDateTimeOffset());
        }

        foreach (var (id, count) in _gathers)
        {
            var task = await client.GetFromJsonAsync<JsonElement>($"/tasks/{id}");
            Assert.True(task.Status() == "completed", $"Waits for ever: {task}");
            Assert.Equal(Enumerable.Repeat(1, count), task.Items("result").Select(static result => result.GetInt32()));
        }

        Assert.All(_created, created => Assert.All(created.Value, parent => Assert.True(ends[parent].Finished <= ends[created.Key].Started + Tolerance, $"{created.Key} began before {parent} was done.")));
    }
}
