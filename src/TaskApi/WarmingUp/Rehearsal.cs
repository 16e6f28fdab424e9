using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TaskApi.Access;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Model;
using TaskApi.Engine.Schedules;
using TaskApi.Telemetry;

namespace TaskApi.WarmingUp;

/// <summary>
/// A second service in this process that is made of the same parts and shares nothing with the first: its tasks are in its own memory, or in
/// a file of its own where the first one has a file, it listens on no address, logs nothing, and neither its meters nor its calls are seen by
/// whoever watches the process. To be thrown away.
/// </summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MemoryTransport _transport;
    private readonly IServer _server;
    private readonly RehearsalFile? _file;

    private Rehearsal(WebApplication app, MemoryTransport transport, RehearsalFile? file, string? key) =>
        (_app, _transport, _file, _server, Key) = (app, transport, file, app.Services.GetRequiredService<IServer>(), key);

    /// <summary>The key that its calls need; null for none.</summary>
    public string? Key { get; }

    /// <summary>Starts it.</summary>
    /// <param name="first">Where the first service keeps its tasks.</param>
    /// <param name="needsKey">Whether its calls need a key, as those of the first one do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Rehearsal> StartAsync(TaskOptions first, bool needsKey, CancellationToken cancellationToken)
    {
        // A database that many nodes share has no room for another one.
        var file = first.Storage == StorageKind.Sqlite ? new RehearsalFile(first.StoragePath) : null;
        var (transport, key) = (new MemoryTransport(), needsKey ? ApiKeyText.NewKey() : null);
        var rehearsal = new Rehearsal(Build(transport, Settings(file, key)), transport, file, key);
        try
        {
            var services = rehearsal._app.Services;
            // Not as a host: what a start does besides has been done by the first one.
            await ActivatorUtilities.CreateInstance<StorageStart>(services).StartingAsync(cancellationToken);
            services.GetRequiredService<ScheduleClockwork>().Start();
            await rehearsal._server.StartAsync(new Application(rehearsal.Pipeline(), services.GetRequiredService<IHttpContextFactory>()), cancellationToken);
            return rehearsal;
        }
        catch
        {
            await rehearsal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a call on a connection of its own.</summary>
    /// <param name="request">The request, which asks for the connection to be closed after it.</param>
    /// <param name="enough">How the answer ends at the latest; null for all of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer as it came.</returns>
    public Task<string> CallAsync(string request, string? enough, CancellationToken cancellationToken) => _transport.CallAsync(request, enough, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _file?.Dispose();
    }

    private static WebApplication Build(MemoryTransport transport, Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.AddTaskApi().AddSqliteStorage();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>(ServerLimits.Apply);
        builder.Services.AddSingleton<RequestMeasurements>();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport);
        builder.Services.Replace(ServiceDescriptor.Singleton<IMeterFactory, UnseenMeters>());
        return builder.Build();
    }

    private static Dictionary<string, string?> Settings(RehearsalFile? file, string? key)
    {
        var settings = new Dictionary<string, string?> { ["Tasks:Storage"] = nameof(StorageKind.Memory), ["OTEL_SDK_DISABLED"] = "true" };
        if (file is not null)
            (settings["Tasks:Storage"], settings["Tasks:StoragePath"]) = (nameof(StorageKind.Sqlite), file.Path);
        if (key is not null)
            (settings["Security:ApiKeys:0:Name"], settings["Security:ApiKeys:0:Hash"]) = ("rehearsal", ApiKeyText.Hash(key));
        return settings;
    }

    private RequestDelegate Pipeline()
    {
        var app = new ApplicationBuilder(_app.Services);
        app.UseMiddleware<RequestMeasuring>();
        app.Run(TaskApiPipeline.Build(_app.Services, HostChecks.Use));
        return app.Build();
    }

    // In place of the host's, which would begin an activity for each call: whoever listens for those hears all of the process.
    private sealed class Application(RequestDelegate pipeline, IHttpContextFactory contexts) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => pipeline(context);

        public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);
    }

    // Meters are listened to by their names, in all of the process.
    private sealed class UnseenMeters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter($"{nameof(Rehearsal)}.{options.Name}");
            lock (_meters)
                _meters.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            foreach (var meter in _meters)
                meter.Dispose();
        }
    }
}
