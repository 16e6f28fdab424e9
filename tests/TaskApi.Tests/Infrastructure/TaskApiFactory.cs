using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Infrastructure;

/// <summary>
/// The whole service in this process, as in production but for three things: its clock is the test's, it logs nothing, and
/// it neither warms up nor gives pending tasks a grace at shutdown (which would have to be waited for on the test's clock), unless a setting says otherwise.
/// Where tasks are in PostgreSQL it is two nodes that share a database, and the calls of <see cref="CreateTestClient"/> go now to this, now to the other.
/// </summary>
public sealed class TaskApiFactory : WebApplicationFactory<TaskApiService>
{
    private const string Postgres = "Postgres";
    private const string Database = "ConnectionStrings:Tasks";

    // The same tests are compiled into several assemblies, and each says which storage it is for.
    private static readonly string _storage = typeof(TaskApiFactory).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(static attribute => attribute.Key == "Tasks:Storage")?.Value ?? "Memory";

    private readonly DirectoryInfo _folder = TestFolder.Create();
    private readonly (string Key, string Value)[] _settings;
    private readonly string? _database;
    private readonly RunClock _runClock;
    private readonly NodesAtRest? _rest;
    private TaskApiFactory? _other;
    private bool _isOnSocket;
    private bool _drops;

    /// <param name="settings">Configuration that goes before the service's own, such as <c>("Tasks:MaxPending", "2")</c>.</param>
    public TaskApiFactory(params (string Key, string Value)[] settings)
    {
        (_settings, Clock) = (settings, new ManualTimeProvider());
        _runClock = new RunClock(Clock, followsWall: _storage != Postgres);
        if (_storage != Postgres) return;
        _database = Array.Find(settings, static setting => setting.Key == Database).Value;
        _drops = _database is null;
        _database ??= PostgresServer.Shared.NewDatabase();
        _rest = new NodesAtRest(_runClock);
        Clock.IsAtRest = _rest.Check;
    }

    private TaskApiFactory(TaskApiFactory first) =>
        (_settings, Clock, _runClock, _database, _rest, Registrations) = (first._settings, first.Clock, first._runClock, first._database, first._rest, first.Registrations);

    /// <summary>The clock that the service runs on; of several nodes all, and the database's.</summary>
    public ManualTimeProvider Clock { get; }

    /// <summary>Adds to or replaces the service's own registrations; to be set before the first call.</summary>
    public Action<IServiceCollection>? Registrations { get; init; }

    /// <summary>The other node, where tasks are in PostgreSQL.</summary>
    public TaskApiFactory Other => _other ??= new TaskApiFactory(this);

    /// <summary>One more node, where tasks are in PostgreSQL; to be disposed.</summary>
    public TaskApiFactory NewNode() => new(this);

    /// <summary>The service's nodes: this one or, where tasks are in PostgreSQL, this and the other.</summary>
    public IReadOnlyList<TaskApiFactory> Nodes => _database is null ? [this] : [this, Other];

    /// <summary>A client that follows no redirect and wants every answer to be as the API description says.</summary>
    public HttpClient CreateTestClient()
    {
        var client = CreateDefaultClient(new DescribedAnswers());
        if (_database is null) return client;
        client.Dispose();
        // Both have started before any test advances the clock.
        var nodes = new EitherNode(Server.CreateHandler(), Other.Server.CreateHandler());
        return new HttpClient(new DescribedAnswers { InnerHandler = nodes }) { BaseAddress = ClientOptions.BaseAddress };
    }

    /// <summary>Starts it on a socket of this machine, at <see cref="WebApplicationFactoryClientOptions.BaseAddress"/>.</summary>
    public void StartOnSocket()
    {
        _isOnSocket = true;
        UseKestrel();
        StartServer();
    }

    public override async ValueTask DisposeAsync()
    {
        _rest?.Clear();
        if (_other is not null) await _other.DisposeAsync();
        await base.DisposeAsync();
        _rest?.Dispose();
        if (_drops) PostgresServer.Shared.Drop(_database!);
        _drops = false;
        _folder.Refresh();
        if (_folder.Exists) _folder.Delete(recursive: true);
    }

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        _rest?.Add(host.Services);
        return host;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Tasks:ShutdownGrace", "00:00:00");
        builder.UseSetting("Http:WarmUp", "false");
        builder.UseSetting("Tasks:Storage", _storage);
        builder.UseSetting("Tasks:StoragePath", Path.Combine(_folder.FullName, "tasks.db"));
        builder.UseSetting(Database, _database);
        // As a setting: the factory would set a port when the service may already have started.
        if (_isOnSocket)
            builder.UseSetting("urls", "http://127.0.0.1:0");
        foreach (var (key, value) in _settings)
            builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(Clock);
            services.RemoveAll<RunClock>();
            services.AddSingleton(_runClock);
            services.AddLogging(static logging => logging.ClearProviders());
            Registrations?.Invoke(services);
        });
    }
}
