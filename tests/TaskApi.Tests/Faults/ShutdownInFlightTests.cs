using TaskApi.Engine.Model;

namespace TaskApi.Tests.Faults;

/// <summary>A service that is stopped while calls are under way: each of them is answered, none is cut off.</summary>
public sealed class ShutdownInFlightTests : IAsyncDisposable
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private readonly SocketService _service = new([("Tasks:ShutdownGrace", "00:00:05")]);
    private readonly List<RawClient> _clients = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        _service.Clock.Advance(_grace);
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Waits_OfEveryKind_AreToldThatTheServiceStops()
    {
        var task = await _service.Create(1000);
        var clients = await Reach(Phases.Waiting.Values, task);

        await BeginShutdown();

        foreach (var client in clients)
        {
            await client.LineOf("HTTP/1.1 503");
            Assert.Contains("urn:taskapi:problem:shutting-down", await client.LineOf("{"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Streams_OfEveryKind_EndAsStreamsDo()
    {
        var task = await _service.Create(1000);
        var clients = await Reach(Phases.Streaming.Values, task);

        await BeginShutdown();

        // The last chunk: nothing is missing.
        foreach (var client in clients)
            await client.LineThat(static line => line == "0");
    }

    [Fact]
    public async Task Bodies_HalfSent_AreToldThatTheServiceStops()
    {
        var task = await _service.Create(1000);
        var clients = await Reach(Phases.Sending.Values.Where(static phase => phase.IsCall), task);

        await BeginShutdown();

        foreach (var client in clients)
        {
            await client.LineOf("HTTP/1.1 503");
            Assert.Contains("urn:taskapi:problem:shutting-down", await client.LineOf("{"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Stop_WithClientsThatNeverEnd_EndsAllTheSame()
    {
        await using var service = new SocketService();
        var task = await service.Create(1000);
        foreach (var phase in Phases.Sending.Values)
        {
            var client = await RawClient.Connect(service.Address);
            _clients.Add(client);
            await client.Send(phase.Request(task));
        }

        await service.Until(() => service.Requests == Phases.Sending.Values.Count(static phase => phase.IsCall));
        service.Stop();

        await service.Until(() => service.IsStopped);
    }

    private async Task<RawClient> Connect()
    {
        var client = await RawClient.Connect(_service.Address);
        _clients.Add(client);
        return client;
    }

    private async Task<RawClient[]> Reach(IEnumerable<Phase> phases, TaskSnapshot task)
    {
        var clients = new List<RawClient>();
        var held = new Dictionary<double, int>();
        foreach (var phase in phases)
        {
            var client = await Connect();
            clients.Add(client);
            await client.Send(phase.Request(task));
            await phase.Reached(_service, client);
            if (phase.Holds is not { } seconds)
                continue;
            held[seconds] = held.GetValueOrDefault(seconds) + 1;
            await _service.Clock.TimerArmed(TimeSpan.FromSeconds(seconds), held[seconds]);
        }

        return [.. clients];
    }

    // As on SIGTERM; goes on once the storage waits for what is due within the grace.
    private async Task BeginShutdown()
    {
        await _service.Create(3);
        _service.Stop();
        await _service.Clock.TimerArmed(_grace);
    }
}
