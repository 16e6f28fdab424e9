using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>
/// Tasks with callbacks, created and ended in every way while the service is killed again and again: in the end each is told of by one task, which has arrived.
/// Thread-safe.
/// </summary>
/// <param name="url">What is called.</param>
internal sealed class CallbackLedger(string url)
{
    private const string Queue = "called";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    /// <summary>Creates messages that come due, some soon and some never, and work; cancels those that never do.</summary>
    public async Task Go(HttpClient client)
    {
        var callback = new { url };
        object[] tasks =
        [
            .. Enumerable.Range(0, 20).Select(_ => new { message = "m", delaySeconds = Random.Shared.NextDouble() / 2, callback }),
            .. Enumerable.Range(0, 10).Select(_ => new { message = "m", delaySeconds = 10_000, group = "never", callback }),
            .. Enumerable.Range(0, 10).Select(_ => new { type = Queue, retry = new { maxLosses = 1000 }, callback }),
            .. Enumerable.Range(0, 5).Select(_ => new { type = Queue, delaySeconds = 10_000, timeoutSeconds = Random.Shared.NextDouble(), callback }),
        ];
        using var created = await client.PostAsJsonAsync("/tasks/batch", tasks);
        created.EnsureSuccessStatusCode();
        await Work(client);
        await Cancel(client);
    }

    /// <summary>Runs what is left, until nothing waits any more; then looks at each. Answers how many tasks had a callback.</summary>
    public static async Task<int> FinishAndCheck(HttpClient client)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await Cancel(client);
            await Work(client);
            var stats = await client.GetFromJsonAsync<JsonElement>("/tasks/stats");
            if (stats.Number("pending") + stats.Number("running") == 0) break;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < _patience, $"It doesn't come to an end: {stats}");
        }

        var tasks = await List(client);
        var calls = tasks.Where(static task => task.TryGetProperty("type", out var type) && type.ValueEquals("http")).ToList();
        Assert.All(calls, static call => Assert.True(call.Status() == "completed", call.ToString()));
        var told = calls.Select(static call => call.Text("parent")!).ToList();
        Assert.Equal(tasks.Select(static task => task.Id()).Except(calls.Select(static call => call.Id())).Order(), told.Order());
        return told.Count;
    }

    private static async Task Cancel(HttpClient client)
    {
        using var cancelled = await client.DeleteAsync(new Uri("/tasks?group=never", UriKind.Relative));
        cancelled.EnsureSuccessStatusCode();
    }

    private static async Task Work(HttpClient client)
    {
        using var reply = await client.PostAsJsonAsync("/work/acquire", new { worker = "w", queues = new[] { Queue }, max = 20, leaseSeconds = 2 });
        reply.EnsureSuccessStatusCode();
        var tasks = (await reply.Content.ReadFromJsonAsync<JsonElement>()).Items("tasks");
        if (tasks.Count == 0) return;
        var outcomes = tasks.Select(static (task, i) => i % 2 == 0
            ? (object)new { token = task.GetProperty("lease").Text("token"), result = 1 }
            : new { token = task.GetProperty("lease").Text("token"), error = new { reason = "ValueError" } });
        using var finished = await client.PostAsJsonAsync("/work/finish", new { outcomes });
        finished.EnsureSuccessStatusCode();
    }

    private static async Task<List<JsonElement>> List(HttpClient client)
    {
        var (tasks, cursor) = (new List<JsonElement>(), default(string));
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/tasks?limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            tasks.AddRange(page.Items("tasks"));
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null);
        return tasks;
    }
}
