using System.Globalization;
using System.Text;
using System.Text.Json;
using TaskApi.Load.Http;

namespace TaskApi.Load.Soak;

/// <summary>A client that does one thing again and again, on one connection.</summary>
internal sealed class SoakClient(Service service, SoakLedger ledger, HttpConnection connection, Random random)
{
    private const string Long = "60";

    /// <summary>What clients do, and how many do it.</summary>
    public static IReadOnlyList<(Func<SoakClient, CancellationToken, Task> Act, int Clients)> Habits { get; } =
    [
        (static (client, token) => client.PollAsync(token), 4),
        (static (client, token) => client.CreateAndWaitAsync(token), 8),
        (static (client, token) => client.CancelAsync(token), 4),
        (static (client, token) => client.RescheduleAsync(token), 2),
        (static (client, token) => client.TimeOutAsync(token), 2),
        (static (client, token) => client.GatherAsync(token), 2),
        (static (client, token) => client.WaitForFirstAsync(token), 1),
        (static (client, token) => client.AsCompletedAsync(token), 1),
        (static (client, token) => client.StreamAsync(token), 1),
        (static (client, token) => client.VanishAsync(token), 2),
        (static (client, token) => client.MisbehaveAsync(token), 1),
        (SoakCreators.CreateAndWaitAsync, 8),
        (SoakCreators.CancelAsync, 4),
        (SoakCreators.TimeOutAsync, 2),
        (SoakCreators.StreamAsync, 1),
    ];

    /// <summary>What its tasks are noted in.</summary>
    public SoakLedger Ledger => ledger;

    /// <summary>What it does at random, it does so by this.</summary>
    public Random Random => random;

    /// <summary>Where the service is.</summary>
    public Uri Url => service.Url;

    private async Task PollAsync(CancellationToken token)
    {
        var id = await CreateAsync(Seconds(0.05, 0.5), token);
        while (Text(await CallAsync("GET", $"/tasks/{id}/done", null, 200, token), "status") == "pending")
            await Clock.DelayAsync(TimeSpan.FromMilliseconds(50), token);
        await CallAsync("GET", $"/tasks/{id}/result", null, 200, token);
    }

    private async Task CreateAndWaitAsync(CancellationToken token)
    {
        await CallAsync("POST", "/tasks?waitSeconds=30", Body(Seconds(0.01, 1)), 200, token);
        ledger.AddCreated();
    }

    private async Task CancelAsync(CancellationToken token)
    {
        var id = await CreateAsync(Long, token);
        Expect("cancelled", Text(await CallAsync("DELETE", $"/tasks/{id}?reason=soak", null, 200, token), "status"));
        ledger.AddCancelled();
        await CallAsync("DELETE", $"/tasks/{id}", null, 200, token);
        await CallAsync("GET", $"/tasks/{id}/result", null, 410, token);
        await PauseAsync(token);
    }

    private async Task RescheduleAsync(CancellationToken token)
    {
        var id = await CreateAsync(Long, token);
        await CallAsync("PATCH", $"/tasks/{id}", $$"""{"delaySeconds":{{Seconds(0, 0.2)}}}""", 200, token);
        Expect("completed", Text(await CallAsync("GET", $"/tasks/{id}?waitSeconds=30", null, 200, token), "status"));
    }

    private async Task TimeOutAsync(CancellationToken token)
    {
        var created = await CallAsync("POST", "/tasks", $$"""{"message":"too slow","delaySeconds":60,"timeoutSeconds":{{Seconds(0.01, 0.3)}}}""", 202, token);
        ledger.AddCreated();
        Expect("cancelled", Text(await CallAsync("GET", $"/tasks/{Text(created, "id")}?waitSeconds=30", null, 200, token), "status"));
        ledger.AddCancelled();
    }

    private async Task GatherAsync(CancellationToken token)
    {
        var tasks = string.Join(',', Enumerable.Range(0, 50).Select(_ => Body(Seconds(0.05, 0.5))));
        await CallAsync("POST", "/tasks/gather", $$"""{"tasks":[{{tasks}}]}""", 200, token);
        ledger.AddCreated(50);
    }

    private async Task WaitForFirstAsync(CancellationToken token)
    {
        var answer = await CallAsync("POST", "/tasks/wait", $$"""{"ids":{{await CreateManyAsync(token)}},"returnWhen":"firstCompleted"}""", 200, token);
        if (answer.GetProperty("done").GetArrayLength() == 0) ledger.AddFailure("wait returned without a finished task");
    }

    private async Task AsCompletedAsync(CancellationToken token)
    {
        var ids = await CreateManyAsync(token);
        ledger.AddCall();
        await connection.SendAsync(HttpRequests.Make("POST", "/tasks/as-completed", $$"""{"ids":{{ids}}}"""), token);
        var answer = await connection.ReadAnswerAsync(token);
        if (answer.Body.Span.Count((byte)'\n') != 20) ledger.AddFailure("as-completed did not tell of every task");
    }

    private async Task StreamAsync(CancellationToken token)
    {
        ledger.AddCall();
        ledger.AddCreated(await TaskStream.CreateAsync(service.Url, TaskLines.WithDelays(TaskLines.PerChunk, 0, 3), onTask: null, token));
        await Clock.DelayAsync(TimeSpan.FromSeconds(1), token);
    }

    // Hangs up in the middle of a wait; the task goes on.
    private async Task VanishAsync(CancellationToken token)
    {
        var id = await CreateAsync(Seconds(0.5, 2), token);
        ledger.AddCall();
        using (var leaving = await service.ConnectAsync(token))
        {
            await leaving.SendAsync(HttpRequests.Make("GET", $"/tasks/{id}?waitSeconds=30"), token);
            await PauseAsync(token);
        }
    }

    private async Task MisbehaveAsync(CancellationToken token)
    {
        await CallAsync("POST", "/tasks", """{"message":""}""", 400, token);
        await CallAsync("POST", "/tasks", "{", 400, token);
        await CallAsync("GET", "/tasks/nonsense", null, 404, token);
        await CallAsync("PUT", "/tasks", null, 405, token);
        await PauseAsync(token);
    }

    private async Task<string> CreateAsync(string delaySeconds, CancellationToken token)
    {
        var created = await CallAsync("POST", "/tasks", Body(delaySeconds), 202, token);
        ledger.AddCreated();
        return Text(created, "id");
    }

    // The ids of 20 new tasks, as JSON.
    private async Task<string> CreateManyAsync(CancellationToken token)
    {
        var created = await CallAsync("POST", "/tasks/batch", $"[{string.Join(',', Enumerable.Range(0, 20).Select(_ => Body(Seconds(0.05, 0.5))))}]", 202, token);
        ledger.AddCreated(20);
        return $"[{string.Join(',', created.GetProperty("tasks").EnumerateArray().Select(static task => $"\"{Text(task, "id")}\""))}]";
    }

    /// <summary>Calls, and answers with what the service says.</summary>
    /// <exception cref="InvalidDataException">It answers another status than is expected.</exception>
    public async Task<JsonElement> CallAsync(string method, string target, string? json, int expected, CancellationToken token)
    {
        ledger.AddCall();
        await connection.SendAsync(json is null ? HttpRequests.Make(method, target) : HttpRequests.Make(method, target, json), token);
        var answer = await connection.ReadAnswerAsync(token);
        if (answer.Status != expected) throw new InvalidDataException($"{method} {target} answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}");
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    private void Expect(string expected, string actual)
    {
        if (actual != expected) ledger.AddFailure($"A task is {actual} instead of {expected}.");
    }

    /// <summary>A little while.</summary>
    public Task PauseAsync(CancellationToken token) => Clock.DelayAsync(TimeSpan.FromMilliseconds(random.Next(100)), token);

    /// <summary>Seconds at random between two.</summary>
    public string Seconds(double from, double to) => (from + (random.NextDouble() * (to - from))).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Body(string delaySeconds) => $$"""{"message":"Hei task","delaySeconds":{{delaySeconds}}}""";

    /// <summary>A member's text.</summary>
    public static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
}
