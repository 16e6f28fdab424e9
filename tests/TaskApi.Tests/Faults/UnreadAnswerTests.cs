using System.Net;
using System.Text.Json;

namespace TaskApi.Tests.Faults;

/// <summary>Clients who ask for much and read nothing of it, or send much and don't end it: what they hold has a bound, and so has the time.</summary>
public sealed class UnreadAnswerTests
{
    private const int Tasks = 300;
    private const int AnswerSeconds = 90;

    // Six bytes a character on the wire: more than sockets take, and too much to be kept.
    private static readonly string _long = new('\u0001', 4000);

    [Theory]
    [InlineData("list")]
    [InlineData("wait")]
    [InlineData("gather")]
    [InlineData("batch")]
    [InlineData("batch with a key")]
    [InlineData("batch stream")]
    [InlineData("as-completed")]
    public async Task Answer_NotRead_IsCutWhenItsTimeIsOver(string call)
    {
        await using var service = new SocketService();
        using var client = await Unread(service, call switch
        {
            "list" => "GET /tasks?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "wait" => Phases.Post("/tasks/wait", $$"""{"ids":{{await Create(service)}},"waitSeconds":0}"""),
            "gather" => Phases.Post("/tasks/gather", $$"""{"ids":{{await Create(service)}},"waitSeconds":0}"""),
            "batch" => Phases.Post("/tasks/batch", Batch(Tasks)),
            "batch with a key" => Phases.Post("/tasks/batch", Batch(Tasks), "Idempotency-Key: k\r\n"),
            "batch stream" => Lines(Tasks),
            _ => Phases.Post("/tasks/as-completed", $$"""{"ids":{{await Create(service, delaySeconds: 0)}},"waitSeconds":1}"""),
        }, create: call == "list");
        Assert.InRange(service.Memory.Taken, 1, 24 << 20);

        await service.LetsGoAfter(TimeSpan.FromSeconds(AnswerSeconds));
    }

    [Fact]
    public async Task EventStream_NotRead_IsCutWhenItsTimeIsOver()
    {
        await using var service = new SocketService();
        using var client = await RawClient.Connect(service.Address, window: 4096);
        await client.Send(Phases.Streaming["events"].Request(await service.Create(1000)));
        await client.LineOf("retry:");
        for (var i = 0; i < 2000; i++)
            await service.Create(1000, _long);
        await service.Until(() => Ticks(service, TimeSpan.FromMilliseconds(10)) && service.Memory.Taken > 0);

        await service.Until(() => Ticks(service, TimeSpan.FromSeconds(AnswerSeconds)) && service.Requests == 0);

        await service.LetsGo();
    }

    [Fact]
    public async Task AsCompleted_NotRead_LetsGoOfItsTasksWhenItsTimeIsOver()
    {
        await using var service = new SocketService();
        var ids = await Create(service, delaySeconds: 1);
        using var client = await RawClient.Connect(service.Address, window: 4096);
        await client.Send(Phases.Post("/tasks/as-completed", $$"""{"ids":{{ids}},"waitSeconds":10}"""));
        await client.LineOf("HTTP/1.1 200");
        await service.Clock.TimerArmed(TimeSpan.FromSeconds(10));
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.Clock.TimerArmed(TimeSpan.FromSeconds(AnswerSeconds));

        // A reader that takes a little all the time has no more of it: the answer as a whole has the time once more.
        service.Clock.Advance(TimeSpan.FromSeconds(9));
        await service.Clock.TimerArmed(TimeSpan.FromSeconds(AnswerSeconds), 2);
        service.Clock.Advance(TimeSpan.FromSeconds(AnswerSeconds));

        await service.LetsGo();
    }

    [Fact]
    public async Task Answers_NotRead_AreRefusedBeyondWhatOneCallerMayHold()
    {
        await using var service = new SocketService([("Limits:MaxCallBytesPerCaller", "1048576")]);
        var body = $$"""{"ids":{{await Create(service)}},"waitSeconds":0}""";
        var clients = new List<RawClient>();
        var refused = 0;
        for (var i = 0; i < 20; i++)
        {
            var client = await RawClient.Connect(service.Address, window: 4096);
            clients.Add(client);
            await client.Send(Phases.Post("/tasks/wait", body));
            var head = await client.LineOf("HTTP/1.1");
            if (head.Contains("429", StringComparison.Ordinal))
            {
                refused++;
                await client.LineOf("Retry-After: 1");
            }
            else
            {
                Assert.Equal("HTTP/1.1 200 OK", head);
            }

            Assert.InRange(service.Memory.Taken, 0, 1 << 20);
        }

        Assert.InRange(refused, 1, 19);
        using var answer = await service.Client.GetAsync(new Uri("/tasks?limit=1", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        foreach (var client in clients)
            client.Dispose();
        await service.LetsGo();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Idempotency-Key: k\r\n")]
    public async Task Bodies_ThatDoNotEnd_AreRefusedBeyondWhatCallersMayHold(string headers)
    {
        await using var service = new SocketService([("Limits:MaxCallBytes", "1048576")]);
        var half = $"POST /tasks/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}Content-Length: 1000000\r\n\r\n[\"{new string('m', 600_000)}";
        using var first = await RawClient.Connect(service.Address);
        await first.Send(half);
        await service.Until(() => service.Memory.Taken >= 600_000);

        using var second = await RawClient.Connect(service.Address);
        await second.Send(half);
        Assert.Equal("HTTP/1.1 503 Service Unavailable", await second.LineOf("HTTP/1.1"));
        Assert.Equal("Retry-After: 1", await second.LineOf("Retry-After"));

        first.Reset();
        second.Reset();
        await service.LetsGo();
    }

    [Fact]
    public async Task Body_LargeAndSlow_IsGivenUp()
    {
        await using var service = new SocketService();
        using var client = await RawClient.Connect(service.Address);
        await client.Send($"POST /tasks/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[\"{new string('m', 100_000)}");
        await service.Clock.TimerArmed(TimeSpan.FromMinutes(5));

        service.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("HTTP/1.1 408 Request Timeout", await client.LineOf("HTTP/1.1"));
        client.Reset();
        await service.LetsGo();
    }

    private static bool Ticks(SocketService service, TimeSpan by)
    {
        service.Clock.Advance(by);
        return true;
    }

    // A client that has the head of an answer, which then waits for it.
    private static async Task<RawClient> Unread(SocketService service, string request, bool create)
    {
        if (create)
            await Create(service);
        var client = await RawClient.Connect(service.Address, window: 4096);
        // A stream that answers while it is still being sent may take no more of it: then it is cut with the sending under way.
        _ = client.Send(request).ContinueWith(static sent => sent.Exception, TaskScheduler.Default);
        await client.LineOf("HTTP/1.1 20");
        await service.Until(() => service.Memory.Taken > 0);
        await service.Clock.TimerArmed(TimeSpan.FromSeconds(AnswerSeconds));
        return client;
    }

    private static async Task<string> Create(SocketService service, double delaySeconds = 10_000)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < Tasks; i++)
            ids.Add((await service.Create(delaySeconds, _long)).Id);
        service.Clock.Advance(TimeSpan.FromMilliseconds(delaySeconds == 0 ? 1 : 0));
        return JsonSerializer.Serialize(ids);
    }

    private static string Batch(int count) => JsonSerializer.Serialize(Enumerable.Repeat(new { message = _long, delaySeconds = 1000 }, count));

    private static string Lines(int count)
    {
        var lines = string.Concat(Enumerable.Repeat(JsonSerializer.Serialize(new { message = _long, delaySeconds = 1000 }) + "\n", count));
        return $"POST /tasks/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: {lines.Length}\r\n\r\n{lines}";
    }
}
