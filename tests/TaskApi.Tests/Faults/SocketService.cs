using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>The service on a socket and on the manual clock, with a view of everything that clients make it hold.</summary>
public sealed class SocketService : IAsyncDisposable
{
    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly MeterListener _meters = new();
    private readonly TaskApiFactory _api;
    private readonly IHostApplicationLifetime _lifetime;
    private long _connections;
    private long _requests;

    public SocketService()
        : this([])
    {
    }

    /// <param name="settings">Configuration that goes before the service's own.</param>
    internal SocketService((string Key, string Value)[] settings)
    {
        _api = new TaskApiFactory(settings);
        _api.StartOnSocket();
        Client = new HttpClient { BaseAddress = Address, Timeout = _patience, DefaultRequestHeaders = { ConnectionClose = true } };
        Calls = _api.Services.GetRequiredService<OpenCalls>();
        Memory = _api.Services.GetRequiredService<CallMemory>();
        Storage = _api.Services.GetRequiredService<ITaskStorage>();
        _lifetime = _api.Services.GetRequiredService<IHostApplicationLifetime>();
        Watch();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _api.ClientOptions.BaseAddress;

    /// <summary>Talks to it as others do.</summary>
    public HttpClient Client { get; }

    /// <summary>Its clock.</summary>
    public ManualTimeProvider Clock => _api.Clock;

    /// <summary>How many connections are open.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>How many requests have begun to arrive and are not yet answered.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>The waits and streams that are open.</summary>
    internal OpenCalls Calls { get; }

    /// <summary>The memory that its calls hold.</summary>
    internal CallMemory Memory { get; }

    /// <summary>Its tasks.</summary>
    internal ITaskStorage Storage { get; }

    /// <summary>Begins to stop it, as SIGTERM does.</summary>
    public void Stop() => _lifetime.StopApplication();

    /// <summary>True when it has stopped.</summary>
    public bool IsStopped => _lifetime.ApplicationStopped.IsCancellationRequested;

    /// <summary>Creates a task.</summary>
    internal async Task<TaskSnapshot> Create(double delaySeconds, string message = "Hei") =>
        (await Storage.CreateAsync("", new TaskSpec { Message = message, Schedule = new(delaySeconds) }, watch: false, TestContext.Current.CancellationToken)).Task!;

    /// <summary>A task as it stands.</summary>
    internal async Task<TaskSnapshot> Look(Guid id) => (await Storage.FindAsync("", id, TestContext.Current.CancellationToken)).Task!;

    /// <summary>Goes on when everything is let go of: connections, requests, waits, streams and readers of events.</summary>
    public async Task LetsGo()
    {
        await Until(() => Connections == 0 && Requests == 0 && Calls.Callers == 0 && Memory.Taken == 0 && Storage.Events.Readers == 0);
        Assert.Equal((0, 0), (Calls.Count(OpenCallKind.Wait), Calls.Count(OpenCallKind.Stream)));
    }

    /// <summary>Goes on when, after so much time, no call is under way any more, and everything is let go of.</summary>
    public async Task LetsGoAfter(TimeSpan time)
    {
        await Until(() =>
        {
            Clock.Advance(time);
            return Requests == 0;
        });
        await LetsGo();
    }

    /// <summary>Goes on when something is the case.</summary>
    public async Task Until(Func<bool> isMet)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!isMet())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience,
                $"Still open: {Connections} connections, {Requests} requests, {Calls.Count(OpenCallKind.Wait)} waits, {Calls.Count(OpenCallKind.Stream)} streams, {Storage.Events.Readers} readers of events, {Memory.Taken} bytes.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _meters.Dispose();
        Client.Dispose();
        await _api.DisposeAsync();
    }

    // By the server's own counters: this service's, of all that may run in this process.
    private void Watch()
    {
        var own = _api.Services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == own && instrument.Name is "kestrel.active_connections" or "http.server.active_requests")
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, change, _, _) =>
        {
            if (instrument.Meter.Scope != own)
                return;
            if (instrument.Name == "kestrel.active_connections")
                Interlocked.Add(ref _connections, change);
            else
                Interlocked.Add(ref _requests, change);
        });
        _meters.Start();
    }
}
