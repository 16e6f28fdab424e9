using System.Net;
using System.Text;
using System.Text.Json;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Faults;

/// <summary>Answers that are one large value, and that nobody reads: they count as memory, and have a time, as those that are sent in parts.</summary>
public sealed class UnreadLargeAnswerTests
{
    private const int AnswerSeconds = 90;

    // More than sockets take.
    private const int Long = 9 << 20;

    [Theory]
    [InlineData("task", Long)]
    [InlineData("result", Long)]
    [InlineData("text", Long)]
    [InlineData("failure", Long)]
    [InlineData("failures", 1)]
    [InlineData("schedules", 1)]
    public async Task Answer_NotRead_CountsAndIsCutWhenItsTimeIsOver(string call, int least)
    {
        await using var service = new SocketService([("Work:MaxInputBytes", "1048576"), ("Limits:MaxBodyBytes", "2097152")]);
        var request = await Prepare(service, call);
        using var client = await RawClient.Connect(service.Address, window: 4096);
        await client.Send(request);
        await client.LineOf(call is "failure" or "failures" ? "HTTP/1.1 424" : "HTTP/1.1 200");
        await service.Clock.TimerArmed(TimeSpan.FromSeconds(AnswerSeconds));
        Assert.InRange(service.Memory.Taken, least, 48 << 20);

        await service.LetsGoAfter(TimeSpan.FromSeconds(AnswerSeconds));
    }

    [Fact]
    public async Task Answers_NotRead_AreRefusedWhereThereIsNoRoom()
    {
        await using var service = new SocketService([("Limits:MaxCallBytes", "67108864"), ("Limits:MaxCallBytesPerCaller", "67108864")]);
        var request = await Prepare(service, "task");
        var clients = new List<RawClient>();
        string? head;
        do
        {
            var client = await RawClient.Connect(service.Address, window: 4096);
            clients.Add(client);
            await client.Send(request);
            head = await client.LineOf("HTTP/1.1");
            Assert.InRange(service.Memory.Taken, 0, 64 << 20);
        }
        while (head == "HTTP/1.1 200 OK" && clients.Count < 20);

        Assert.Equal("HTTP/1.1 503 Service Unavailable", head);
        await clients[^1].LineOf("Retry-After: 1");
        using var small = await service.Client.GetAsync(new Uri("/tasks?limit=1", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        foreach (var client in clients)
            client.Dispose();
        await service.LetsGo();
    }

    [Fact]
    public async Task Change_WhoseAnswerIsLarge_IsAnsweredThoughThereIsNoRoom()
    {
        await using var service = new SocketService([("Work:MaxInputBytes", "1048576"), ("Limits:MaxCallBytes", "2097152"), ("Limits:MaxCallBytesPerCaller", "2097152")]);

        using var content = new StringContent($$"""{"type":"x","input":"{{new string('i', 1_000_000)}}"}""", Encoding.UTF8, "application/json");
        using var created = await service.Client.PostAsync(new Uri("/tasks", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        var task = JsonElement.Parse(await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1_000_000, task.GetProperty("input").GetString()!.Length);
        await service.LetsGo();
    }

    [Fact]
    public async Task Change_WithoutABody_WhoseAnswerIsLarge_IsAnsweredThoughThereIsNoRoom()
    {
        await using var service = new SocketService([("Limits:MaxCallBytes", "2097152"), ("Limits:MaxCallBytesPerCaller", "2097152")]);
        var id = await CreateLong(service, 1_000_000);
        Assert.Null(service.Memory.Take("somebody else", 2 << 20));

        using var cancelled = await service.Client.DeleteAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        var task = JsonElement.Parse(await cancelled.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("cancelled", 1_000_000), (task.GetProperty("status").GetString(), task.GetProperty("input").GetString()!.Length));
        service.Memory.GiveBack("somebody else", 2 << 20);
        await service.LetsGo();
    }

    private static async Task<string> Prepare(SocketService service, string call) => call switch
    {
        "task" => Get($"/tasks/{await CreateLong(service, Long)}"),
        "failure" => Gather([await Fail(service, Long)], ""),
        "failures" => Gather(await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Fail(service, 1_000_000))), ""","onFailure":"cancel" """),
        "schedules" => await PutSchedules(service),
        "result" => Get($"/tasks/{await Collect(service)}/result"),
        _ => Get($"/tasks/{await Collect(service)}/result", "Accept: text/plain\r\n"),
    };

    private static string Get(string path, string headers = "") => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n";

    private static string Gather(Guid[] ids, string more) => Phases.Post("/tasks/gather", $$"""{"ids":{{JsonSerializer.Serialize(ids)}}{{more}}}""");

    private static async Task<Guid> CreateLong(SocketService service, int length)
    {
        var work = new WorkSpec { Type = "x", Input = Encoding.UTF8.GetBytes($"\"{new string('i', length)}\"") };
        return (await service.Storage.CreateAsync("", new TaskSpec { Message = "", Schedule = new(0), Work = work }, watch: false, TestContext.Current.CancellationToken)).Task!.Id;
    }

    private static async Task<Guid> Fail(SocketService service, int length)
    {
        var id = await CreateLong(service, length);
        var call = WorkAcquire.OfWorker("", "w", ["x"], 1, TimeSpan.FromSeconds(30), TimeSpan.Zero);
        var leased = Assert.Single((await service.Storage.Work.AcquireAsync(call, TestContext.Current.CancellationToken)).Tasks);
        await service.Storage.Work.FinishAsync("", [WorkOutcome.Raised(leased.Token, "ValueError", "boom", retry: false)], TestContext.Current.CancellationToken);
        return id;
    }

    // A gather whose list is long: six bytes a character.
    private static async Task<string> Collect(SocketService service)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 400; i++)
            ids.Add((await service.Create(1, new string('\u0001', 4000))).Id);
        using var content = new StringContent($$$"""{"type":"gather","input":{"ids":{{{JsonSerializer.Serialize(ids)}}}}}""", Encoding.UTF8, "application/json");
        using var created = await service.Client.PostAsync(new Uri("/tasks", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var id = JsonElement.Parse(await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
        service.Clock.Advance(TimeSpan.FromSeconds(2));
        await service.Until(() => service.Look(Guid.Parse(id)).GetAwaiter().GetResult().IsDone);
        return id;
    }

    private static async Task<string> PutSchedules(SocketService service)
    {
        for (var i = 0; i < 12; i++)
        {
            using var content = new StringContent($$$"""{"cron":"0 0 * * *","task":{"type":"x","input":"{{{new string('i', 1_000_000)}}}"}}""", Encoding.UTF8, "application/json");
            using var answer = await service.Client.PutAsync(new Uri($"/schedules/s{i}", UriKind.Relative), content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        return Get("/schedules?limit=1000");
    }
}
