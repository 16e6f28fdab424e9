using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>What the service has said to clients that create tasks and to workers that run them, to be held against what it says after it was killed. Thread-safe.</summary>
internal sealed class WorkLedger
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly string[] _queues = ["work"];

    private readonly ConcurrentDictionary<string, (int Input, bool IsOnce)> _created = new();
    private readonly ConcurrentDictionary<(string Id, int Attempt), bool> _starts = new();
    private readonly ConcurrentDictionary<string, string> _results = new();
    private readonly ConcurrentQueue<(string Id, object Outcome)> _unanswered = new();
    private int _numbers;

    /// <summary>How many tasks the service has said it created.</summary>
    public int Created => _created.Count;

    /// <summary>How many results it has said it took.</summary>
    public int Finished => _results.Count;

    /// <summary>Creates tasks, of which every other may run once at the most.</summary>
    public async Task Create(HttpClient client)
    {
        // Once and for all: a call that is made again has the same body.
        var tasks = Array.ConvertAll([0, 1, 2, 3, 4], number => new
        {
            type = "work",
            input = Interlocked.Increment(ref _numbers),
            retry = new { maxAttempts = 3, maxLosses = number % 2 == 0 ? 0 : 100, initialSeconds = 0.01 },
        });
        using var reply = await client.PostAsJsonAsync("/tasks/batch", tasks);
        reply.EnsureSuccessStatusCode();
        foreach (var task in (await reply.Content.ReadFromJsonAsync<JsonElement>()).Items("tasks"))
            _created[task.Id()] = ((int)task.Number("input"), task.GetProperty("retry").Number("maxLosses") == 0);
    }

    /// <summary>Gets tasks and says how they ended; of some nothing, as if the worker had been killed.</summary>
    public async Task Work(HttpClient client, string worker)
    {
        // What had no answer is said again, with the same token.
        while (_unanswered.TryDequeue(out var unanswered)) await Finish(client, unanswered.Id, unanswered.Outcome);
        foreach (var task in await Acquire(client, worker))
        {
            var token = task.GetProperty("lease").Text("token")!;
            switch (Random.Shared.Next(10))
            {
                case 0:
                    break;
                case 1:
                    await Finish(client, task.Id(), new { token, error = new { reason = "ValueError", detail = "boom" } });
                    break;
                default:
                    await Finish(client, task.Id(), new { token, result = token });
                    break;
            }
        }
    }

    /// <summary>Runs what is left, until all is done.</summary>
    public async Task FinishAll(HttpClient client)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (_created.Keys.Count(id => !_results.ContainsKey(id)) is > 0 and var left && TimeProvider.System.GetElapsedTime(began) < _patience)
        {
            await Work(client, "last");
            var stats = await client.GetFromJsonAsync<JsonElement>("/tasks/stats");
            if (stats.Number("pending") + stats.Number("running") == 0) return;
            if (stats.Number("ready") == 0) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Compares everything with everything.</summary>
    public async Task Check(HttpClient client)
    {
        var starts = _starts.Keys.ToLookup(static start => start.Id, static start => start.Attempt);
        foreach (var (id, (input, isOnce)) in _created)
        {
            var task = await client.GetFromJsonAsync<JsonElement>($"/tasks/{id}");
            Assert.True(task.GetProperty("done").GetBoolean(), $"Not done: {task}");
            Assert.Equal(input, task.Number("input"));
            // The result that was taken counts, and no other.
            if (_results.TryGetValue(id, out var result)) Assert.Equal(("completed", result), (task.Status(), task.Text("result")));
            var attempts = (await client.GetFromJsonAsync<JsonElement>($"/tasks/{id}/attempts")).Items("attempts");
            Assert.Equal(Enumerable.Range(1, attempts.Count), attempts.Select(static attempt => (int)attempt.Number("number")));
            Assert.Equal(attempts.Count, task.Number("attempt"));
            Assert.All(starts[id], attempt => Assert.InRange(attempt, 1, attempts.Count));
            // What may run at most once has no attempt after the one that was lost.
            if (isOnce) Assert.DoesNotContain("lost", attempts.SkipLast(1).Select(static attempt => attempt.Text("outcome")));
        }
    }

    private async Task<IReadOnlyList<JsonElement>> Acquire(HttpClient client, string worker)
    {
        using var reply = await client.PostAsJsonAsync("/work/acquire", new { worker, queues = _queues, max = 3, leaseSeconds = 1, waitSeconds = 0.1 });
        reply.EnsureSuccessStatusCode();
        var tasks = (await reply.Content.ReadFromJsonAsync<JsonElement>()).Items("tasks");
        foreach (var task in tasks) Assert.True(_starts.TryAdd((task.Id(), (int)task.Number("attempt")), true), $"Handed out twice: {task}");
        return tasks;
    }

    private async Task Finish(HttpClient client, string id, object outcome)
    {
        try
        {
            using var reply = await client.PostAsJsonAsync("/work/finish", new { outcomes = new[] { outcome } });
            reply.EnsureSuccessStatusCode();
            var answer = Assert.Single((await reply.Content.ReadFromJsonAsync<JsonElement>()).Items("outcomes"));
            if (answer.TryGetProperty("status", out var status) && status.GetString() == "completed")
                Assert.True(_results.TryAdd(id, JsonSerializer.SerializeToElement(outcome).Text("result")!), $"Taken twice: {id}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            _unanswered.Enqueue((id, outcome));
            throw;
        }
    }
}
