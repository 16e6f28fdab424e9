using TaskApi.Engine.Model;

namespace TaskApi.Tests.Faults;

/// <summary>A point in a call at which something may go wrong.</summary>
/// <param name="Request">What the client has said by then, given a pending task.</param>
/// <param name="Reached">Goes on when the service is at that point too.</param>
/// <param name="Holds">For how long the service then waits, in seconds, if nothing happens; null if it doesn't.</param>
internal sealed record Phase(Func<TaskSnapshot, string> Request, Func<SocketService, RawClient, Task> Reached, double? Holds = null)
{
    /// <summary>True if the service knows by then which call it is.</summary>
    public bool IsCall => Reached != Phases.Connected;
}

/// <summary>The points in calls at which something may go wrong.</summary>
internal static class Phases
{
    private const double WaitSeconds = 299;
    private const double Heartbeat = 15;

    // So that an answer ends where the connection does.
    private const string Once = "Host: localhost\r\nConnection: close\r\n";
    private const string Head = $"{Once}Content-Type: application/json\r\n";

    /// <summary>While the request arrives: it is never complete.</summary>
    public static IReadOnlyDictionary<string, Phase> Sending { get; } = new Dictionary<string, Phase>(StringComparer.Ordinal)
    {
        ["connected"] = new(static _ => "", Connected),
        ["half a head"] = new(static _ => "POST /tasks HTTP/1.1\r\nHost: local", Connected),
        ["no body yet"] = new(static _ => $"POST /tasks HTTP/1.1\r\n{Head}Content-Length: 200\r\n\r\n", Begun),
        ["half a body"] = new(static _ => $"POST /tasks HTTP/1.1\r\n{Head}Content-Length: 200\r\n\r\n{{\"message\":\"He", Begun),
        ["half a body in chunks"] = new(static _ => $"POST /tasks HTTP/1.1\r\n{Head}Transfer-Encoding: chunked\r\n\r\nc\r\n{{\"message\":\"\r\n", Begun),
        ["half a body with a key"] = new(static _ => $"POST /tasks HTTP/1.1\r\n{Head}Idempotency-Key: k\r\nContent-Length: 200\r\n\r\n{{\"message\":\"He", Begun),
        ["half a batch"] = new(static _ => $"POST /tasks/batch HTTP/1.1\r\n{Head}Content-Length: 200\r\n\r\n[{{\"message\":\"Hei\"}},", Begun),
        ["half a gather"] = new(static _ => $"POST /tasks/gather HTTP/1.1\r\n{Head}Content-Length: 200\r\n\r\n{{\"tasks\":[{{\"message\":\"Hei\"}},", Begun),
        ["half a change"] = new(static task => $"PATCH /tasks/{task.Id} HTTP/1.1\r\n{Head}Content-Length: 200\r\n\r\n{{\"message\":", Begun),
    };

    /// <summary>While the service waits for tasks, with nothing sent back yet.</summary>
    public static IReadOnlyDictionary<string, Phase> Waiting { get; } = new Dictionary<string, Phase>(StringComparer.Ordinal)
    {
        ["task"] = new(static task => $"GET /tasks/{task.Id}?waitSeconds={WaitSeconds} HTTP/1.1\r\n{Once}\r\n", Held, WaitSeconds),
        ["task by Prefer"] = new(static task => $"GET /tasks/{task.Id} HTTP/1.1\r\n{Once}Prefer: wait={WaitSeconds}\r\n\r\n", Held, WaitSeconds),
        ["result"] = new(static task => $"GET /tasks/{task.Id}/result?waitSeconds={WaitSeconds} HTTP/1.1\r\n{Once}\r\n", Held, WaitSeconds),
        ["created task"] = new(static _ => Post($"/tasks?waitSeconds={WaitSeconds}", """{"message":"Hei","delaySeconds":1000}"""), Held, WaitSeconds),
        ["created task with a key"] = new(static _ => Post($"/tasks?waitSeconds={WaitSeconds}", """{"message":"Hei","delaySeconds":1000}""", $"Idempotency-Key: {Guid.NewGuid()}\r\n"), Held, WaitSeconds),
        ["gather"] = new(static task => Post("/tasks/gather", $$"""{"ids":["{{task.Id}}"],"waitSeconds":{{WaitSeconds}}}"""), Held, WaitSeconds),
        ["gather of new tasks"] = new(static _ => Post("/tasks/gather", $$"""{"tasks":[{"message":"Hei","delaySeconds":1000}],"waitSeconds":{{WaitSeconds}}}"""), Held, WaitSeconds),
        ["wait"] = new(static task => Post("/tasks/wait", $$"""{"ids":["{{task.Id}}"],"waitSeconds":{{WaitSeconds}}}"""), Held, WaitSeconds),
    };

    /// <summary>While the answer is a stream, of which the client has the head.</summary>
    public static IReadOnlyDictionary<string, Phase> Streaming { get; } = new Dictionary<string, Phase>(StringComparer.Ordinal)
    {
        ["lines"] = new(static _ => $"POST /tasks/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n26\r\n{{\"message\":\"Hei\",\"delaySeconds\":1000}}\n\r\n", static (_, client) => client.LineOf("{")),
        ["half a line"] = new(static _ => $"POST /tasks/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n26\r\n{{\"message\":\"Hei\",\"delaySeconds\":1000}}\n\r\n5\r\n{{\"mes\r\n", static (_, client) => client.LineOf("{")),
        ["as-completed"] = new(static task => Post("/tasks/as-completed", $$"""{"ids":["{{task.Id}}"],"waitSeconds":{{WaitSeconds}}}"""), Headed, WaitSeconds),
        ["as-completed as events"] = new(static task => Post("/tasks/as-completed", $$"""{"ids":["{{task.Id}}"],"waitSeconds":{{WaitSeconds}}}""", "Accept: text/event-stream\r\n"), Headed, WaitSeconds),
        ["events"] = new(static _ => "GET /tasks/events HTTP/1.1\r\nHost: localhost\r\n\r\n", static (_, client) => client.LineOf("retry:"), Heartbeat),
    };

    /// <summary>A whole request with a body.</summary>
    public static string Post(string target, string json, string headers = "") => $"POST {target} HTTP/1.1\r\n{Head}{headers}Content-Length: {json.Length}\r\n\r\n{json}";

    internal static Task Connected(SocketService service, RawClient client) => service.Until(() => service.Connections > 0);

    private static Task Begun(SocketService service, RawClient client) => service.Until(() => service.Requests > 0);

    private static Task Held(SocketService service, RawClient client) => service.Clock.TimerArmed(TimeSpan.FromSeconds(WaitSeconds));

    private static async Task Headed(SocketService service, RawClient client)
    {
        await client.LineOf("HTTP/1.1 200");
        await Held(service, client);
    }
}
