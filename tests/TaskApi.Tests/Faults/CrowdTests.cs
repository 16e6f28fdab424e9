using System.Net;

namespace TaskApi.Tests.Faults;

/// <summary>
/// Clients who are many, and do nothing but hold what they have. A service that gave each of them a thread, a lock or a place in
/// a queue would have none left for the one who comes after.
/// </summary>
public sealed class CrowdTests : IAsyncDisposable
{
    private const int Crowd = 1000;
    private const int Readers = 64;

    // Nobody is too slow: it takes a while until a thousand are there.
    private readonly SocketService _service = new([("Limits:MinBodyBytesPerSecond", "1")]);
    private readonly List<RawClient> _crowd = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _crowd)
            client.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Connections_AThousandIdle_AreInNobodysWay()
    {
        await Gather(Crowd, "");
        await _service.Until(() => _service.Connections == Crowd);

        await Serves();

        await Leave();
    }

    [Fact]
    public async Task Senders_AThousandThatNeverEnd_AreInNobodysWay()
    {
        await Gather(Crowd, Phases.Sending["half a body"].Request(await _service.Create(1000)) + new string(' ', 100));
        await _service.Until(() => _service.Requests == Crowd);

        await Serves();

        await Leave();
    }

    [Fact]
    public async Task Waiters_AThousand_AreInNobodysWayAndAreAllAnswered()
    {
        var task = await _service.Create(1000);
        await Gather(Crowd, Phases.Waiting["task"].Request(task));
        await _service.Clock.TimerArmed(TimeSpan.FromSeconds(Phases.Waiting["task"].Holds!.Value), Crowd);

        await Serves();
        await _service.Storage.CancelAsync("", task.Id, new TaskError("cancelled", null), condition: null, force: false, TestContext.Current.CancellationToken);

        foreach (var client in _crowd)
            Assert.Contains("\"cancelled\"", await client.LineOf("{"), StringComparison.Ordinal);
        await Leave();
    }

    [Fact]
    public async Task Readers_ThatNeverRead_AreInNobodysWay()
    {
        // Some megabytes for each of them: more than the sockets take.
        await CreateMany(1000, new string('m', 4000));
        for (var i = 0; i < Readers; i++)
        {
            var client = await RawClient.Connect(_service.Address, window: 4096);
            _crowd.Add(client);
            await client.Send("GET /tasks?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            await client.LineOf("HTTP/1.1 200");
        }

        Assert.Equal(Readers, _service.Requests);
        await Serves();

        await Leave();
    }

    [Fact]
    public async Task EventReaders_ThatNeverRead_HoldUpNeitherTasksNorOtherReaders()
    {
        for (var i = 0; i < Readers; i++)
        {
            var client = await RawClient.Connect(_service.Address, window: 4096);
            _crowd.Add(client);
            await client.Send(Phases.Streaming["events"].Request(await _service.Create(1000)));
            await client.LineOf("retry:");
        }

        using var reader = await RawClient.Connect(_service.Address);
        await reader.Send(Phases.Streaming["events"].Request(await _service.Create(1000)));
        await reader.LineOf("retry:");
        await CreateMany(2000, new string('m', 4000));
        var last = await _service.Create(1000);

        // The more readers there are, the longer each pauses to have more to tell at once.
        var seen = reader.LineThat(line => line.Contains(last.Id.ToString(), StringComparison.Ordinal));
        await _service.Until(() =>
        {
            _service.Clock.Advance(TimeSpan.FromMilliseconds(10));
            return seen.IsCompleted;
        });
        await seen;
        await Serves();

        reader.Close();
        await Leave();
    }

    private async Task Gather(int count, string request)
    {
        for (var i = 0; i < count; i++)
        {
            var client = await RawClient.Connect(_service.Address);
            _crowd.Add(client);
            if (request.Length > 0)
                await client.Send(request);
        }
    }

    private async Task CreateMany(int count, string message)
    {
        for (var i = 0; i < count; i++)
            await _service.Create(1000, message);
    }

    // A newcomer creates a task and gets its result.
    private async Task Serves()
    {
        using var content = new StringContent("""{"message":"Hei"}""", null, "application/json");
        using var answer = await _service.Client.PostAsync(new Uri("/tasks?waitSeconds=20", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var ready = await _service.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    private async Task Leave()
    {
        foreach (var client in _crowd)
            client.Close();
        await _service.LetsGo();
    }
}
