using System.Globalization;
using System.Text;

namespace TaskApi.WarmingUp;

/// <summary>What a <see cref="Rehearsal"/> is asked: every kind of call, and tasks that come due, so that all of their code has run.</summary>
internal static class RehearsedCalls
{
    private const int Rounds = 2;
    private const int WakeUps = 5;

    private const string Json = "application/json";
    private const string NdJson = "application/x-ndjson";
    private const string Short = """{"message":"rehearsal","name":"n","group":"g","delaySeconds":0.002}""";
    private const string Long = """{"message":"rehearsal","group":"g","delaySeconds":3600}""";

    /// <summary>Makes the calls.</summary>
    /// <exception cref="InvalidOperationException">A call was answered otherwise than it should be.</exception>
    public static async Task RunAsync(Rehearsal rehearsal, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds; round++)
        {
            await OneTaskAsync();
            await ManyTasksAsync();
            await ScheduleAsync();
            await TroubleAsync();
        }

        async Task OneTaskAsync()
        {
            for (var i = 0; i < WakeUps; i++)
                await CallAsync("POST", "/tasks?waitSeconds=5", 200, Short);
            var id = Id(await CallAsync("POST", "/tasks", 202, Long));
            await CallAsync("GET", $"/tasks/{id}", 200);
            await CallAsync("GET", $"/tasks/{id}/done", 200);
            await CallAsync("GET", $"/tasks/{id}/result", 409);
            await CallAsync("PATCH", $"/tasks/{id}", 200, """{"delaySeconds":0.01}""");
            await CallAsync("GET", $"/tasks/{id}?waitSeconds=5", 200);
            await CallAsync("GET", $"/tasks/{id}/result", 200);
            await CallAsync("GET", $"/tasks/{id}/result", 200, accept: "text/plain");
            id = Id(await CallAsync("POST", "/tasks", 202, Long, key: Guid.NewGuid().ToString()));
            await CallAsync("DELETE", $"/tasks/{id}?reason=rehearsed", 200);
            await CallAsync("DELETE", $"/tasks/{id}", 200);
        }

        async Task ManyTasksAsync()
        {
            var events = CallAsync("GET", "/tasks/events", 200, accept: "text/event-stream", enough: "event: completed");
            var ids = Ids(await CallAsync("POST", "/tasks/batch", 202, $"[{Short},{Short},{Short}]"));
            await CallAsync("POST", "/tasks/batch", 200, $"{Short}\n{Short}\n", type: NdJson, accept: NdJson);
            await CallAsync("POST", "/tasks/wait", 200, $$"""{"ids":{{ids}},"returnWhen":"firstCompleted"}""");
            await CallAsync("POST", "/tasks/gather", 200, $$"""{"ids":{{ids}}}""");
            await CallAsync("POST", "/tasks/as-completed", 200, $$"""{"ids":{{ids}}}""", accept: NdJson);
            // The stream may have begun when all of these were done.
            while (!events.IsCompleted) await CallAsync("POST", "/tasks?waitSeconds=5", 200, Short);
            await events;
            await CallAsync("GET", "/tasks", 200);
            await CallAsync("GET", "/tasks?status=completed&group=g&order=newest&limit=2", 200);
            await CallAsync("GET", "/tasks/stats", 200);
            await CallAsync("DELETE", "/tasks?group=g", 200);
        }

        async Task ScheduleAsync()
        {
            var startAt = TimeProvider.System.GetUtcNow().AddMilliseconds(10).ToString("O", CultureInfo.InvariantCulture);
            await CallAsync("PUT", "/schedules/rehearsal", 201, $$$"""{"everySeconds":86400,"startAt":"{{{startAt}}}","task":{"message":"rehearsal","group":"g"}}""");
            await CallAsync("GET", "/schedules", 200);
            // It comes due meanwhile.
            await CallAsync("POST", "/tasks?waitSeconds=5", 200, """{"message":"rehearsal","delaySeconds":0.02}""");
            await CallAsync("DELETE", "/schedules/rehearsal", 204);
        }

        async Task TroubleAsync()
        {
            await CallAsync("GET", $"/tasks/{Guid.NewGuid()}", 404);
            await CallAsync("POST", "/tasks", 400, """{"message":"","delaySeconds":-1}""");
            // Of a service that hasn't started as a host.
            await CallAsync("GET", "/health/ready", 503);
            await CallAsync("GET", "/health/live", 200);
        }

        async Task<string> CallAsync(string method, string path, int status, string? body = null, string type = Json, string accept = "*/*", string? key = null, string? enough = null)
        {
            var request = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: {accept}\r\n");
            if (rehearsal.Key is not null)
                request.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {rehearsal.Key}\r\n");
            if (key is not null)
                request.Append(CultureInfo.InvariantCulture, $"Idempotency-Key: \"{key}\"\r\n");
            if (body is not null)
                request.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n");
            var answer = await rehearsal.CallAsync($"{request}\r\n{body}", enough, cancellationToken);
            return answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal) ? answer : throw new InvalidOperationException($"{method} {path} was answered: {answer}");
        }
    }

    private static string Id(string answer) => answer.Split("\"id\":\"")[1].Split('"')[0];

    private static string Ids(string answer) => $"[{string.Join(',', answer.Split("\"id\":\"").Skip(1).Select(static part => $"\"{part.Split('"')[0]}\""))}]";
}
