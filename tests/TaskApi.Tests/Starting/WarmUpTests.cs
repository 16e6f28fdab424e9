using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Model;
using TaskApi.Tests.Infrastructure;
using TaskApi.WarmingUp;

namespace TaskApi.Tests.Starting;

/// <summary>Meters and activities are seen in all of the process, so these tests have it for themselves.</summary>
[CollectionDefinition(nameof(AloneInItsProcess), DisableParallelization = true)]
public sealed class AloneInItsProcess;

/// <summary>What the service does before it is ready, and that nobody sees it.</summary>
[Collection(nameof(AloneInItsProcess))]
public sealed class WarmUpTests
{
    private const string OfTheRehearsal = "Rehearsal.";

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithAWarmUp_LeavesNothingOfIt()
    {
        var log = new LogRecorder();
        var (meters, calls) = (new ConcurrentQueue<Meter>(), new ConcurrentQueue<string>());
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => meters.Enqueue(instrument.Meter) };
        listener.Start();
        using var activities = new ActivityListener { ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore", ActivityStarted = activity => calls.Enqueue(activity.OperationName), Sample = static (ref _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(activities);
        await using var api = new TaskApiFactory(("Http:WarmUp", "true")) { Registrations = services => services.AddSingleton<ILoggerProvider>(log) };
        meters.Clear();

        api.StartOnSocket();

        Assert.Contains(meters, static meter => meter.Name.StartsWith(OfTheRehearsal, StringComparison.Ordinal));
        Assert.All(meters.Where(static meter => meter.Name == "TaskApi" || meter.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)), meter => Assert.Same(api.Services.GetRequiredService<IMeterFactory>(), meter.Scope));
        Assert.Empty(calls);
        Assert.DoesNotContain(log.Events, static logged => logged.Level >= LogLevel.Warning || logged.Text.Contains("rehearsal", StringComparison.OrdinalIgnoreCase));
        using var client = new HttpClient { BaseAddress = api.ClientOptions.BaseAddress };
        Assert.Empty((await client.GetFromJsonAsync<JsonElement>(new Uri("/tasks", UriKind.Relative), Ended)).Items("tasks"));
        Assert.Equal(0, (await client.GetFromJsonAsync<JsonElement>(new Uri("/tasks/stats", UriKind.Relative), Ended)).Number("created"));
        var path = api.Services.GetRequiredService<IOptions<TaskOptions>>().Value.StoragePath;
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.rehearsal*"));
    }

    [Fact]
    public async Task Start_WithAWarmUp_IsOverWhenThatIs()
    {
        var started = new ConcurrentQueue<bool>();
        var lifetime = new Seen();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith(OfTheRehearsal, StringComparison.Ordinal))
                    started.Enqueue(lifetime.Value!.ApplicationStarted.IsCancellationRequested);
            },
        };
        listener.Start();
        await using var api = new TaskApiFactory(("Http:WarmUp", "true"))
        {
            Registrations = services => services.AddHostedService(provider =>
            {
                lifetime.Value = provider.GetRequiredService<IHostApplicationLifetime>();
                return lifetime;
            }),
        };

        api.StartOnSocket();

        Assert.NotEmpty(started);
        Assert.All(started, Assert.False);
    }

    [Theory]
    [InlineData(StorageKind.Memory, false)]
    [InlineData(StorageKind.Memory, true)]
    [InlineData(StorageKind.Sqlite, true)]
    internal async Task Rehearsal_InAnyStorage_AnswersEveryCallAsItShould(StorageKind storage, bool needsKey)
    {
        var folder = TestFolder.Create();
        var options = new TaskOptions { Storage = storage, StoragePath = Path.Combine(folder.FullName, "tasks.db") };
        // As one that was killed meanwhile leaves it.
        await File.WriteAllTextAsync(options.StoragePath + ".rehearsal", "rest", Ended);

        await using (var rehearsal = await Rehearsal.StartAsync(options, needsKey, Ended))
            await RehearsedCalls.RunAsync(rehearsal, Ended);

        Assert.Equal(storage == StorageKind.Memory ? 1 : 0, folder.GetFiles().Length);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task WarmUp_ThatFails_IsOneWarning()
    {
        var log = new LogRecorder();
        using var loggers = new LoggerFactory([log]);

        await New(isWanted: true, "http://localhost:1", _ => throw new InvalidOperationException("broken"), loggers).StartedAsync(Ended);

        var warning = Assert.Single(log.Events);
        Assert.Equal((LogLevel.Warning, 1114, "broken"), (warning.Level, warning.Id, warning.Exception?.Message));
    }

    [Fact]
    public async Task WarmUp_OfAStartThatIsGivenUp_IsNone()
    {
        var log = new LogRecorder();
        using var loggers = new LoggerFactory([log]);
        using var start = new CancellationTokenSource();
        await start.CancelAsync();

        await New(isWanted: true, "http://localhost:1", static token => Task.FromCanceled(token), loggers).StartedAsync(start.Token);

        Assert.Empty(log.Events);
    }

    [Theory]
    [InlineData(true, "http://localhost:1", 1)]
    [InlineData(true, null, 0)]
    [InlineData(false, "http://localhost:1", 0)]
    public async Task WarmUp_IsDone_WhereItIsWantedAndSomebodyCanCall(bool isWanted, string? address, int expected)
    {
        using var loggers = new LoggerFactory();
        var done = 0;

        await New(isWanted, address, _ => Task.FromResult(done++), loggers).StartedAsync(Ended);

        Assert.Equal(expected, done);
    }

    private static WarmUp New(bool isWanted, string? address, Func<CancellationToken, Task> rehearse, LoggerFactory loggers) =>
        new(Options.Create(new WarmUpOptions { WarmUp = isWanted }), Options.Create(new SecurityOptions()), Options.Create(new TaskOptions()), new Server(address), loggers.CreateLogger<WarmUp>()) { Rehearse = rehearse };

    private sealed class Seen : BackgroundService
    {
        public IHostApplicationLifetime? Value { get; set; }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    private sealed class Server : IServer
    {
        public Server(string? address)
        {
            if (address is null)
                return;
            var addresses = new ServerAddressesFeature();
            addresses.Addresses.Add(address);
            Features.Set<IServerAddressesFeature>(addresses);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
