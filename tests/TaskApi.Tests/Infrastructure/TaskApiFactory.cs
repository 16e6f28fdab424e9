using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace TaskApi.Tests.Infrastructure;

/// <summary>
/// The whole service in this process, as in production but for three things: its clock is the test's, it logs nothing, and
/// it gives pending tasks no grace at shutdown (which would have to be waited for on the test's clock), unless a setting says otherwise.
/// </summary>
/// <param name="settings">Configuration that goes before the service's own, such as <c>("Tasks:MaxPending", "2")</c>.</param>
public sealed class TaskApiFactory(params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
{
    // The same tests are compiled into two assemblies, and each says which registry it is for.
    private static readonly string _storage = typeof(TaskApiFactory).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(static attribute => attribute.Key == "Tasks:Storage")?.Value ?? "Memory";

    private readonly DirectoryInfo _folder = TestFolder.Create();
    private bool _isOnSocket;

    /// <summary>The clock that the service runs on.</summary>
    public ManualTimeProvider Clock { get; } = new();

    /// <summary>Adds to or replaces the service's own registrations; to be set before the first call.</summary>
    public Action<IServiceCollection>? Registrations { get; init; }

    /// <summary>A client that follows no redirect and wants every answer to be as the API description says.</summary>
    public HttpClient CreateTestClient() => CreateDefaultClient(new DescribedAnswers());

    /// <summary>Starts it on a socket of this machine, at <see cref="WebApplicationFactoryClientOptions.BaseAddress"/>.</summary>
    public void StartOnSocket()
    {
        _isOnSocket = true;
        UseKestrel();
        StartServer();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Tasks:ShutdownGrace", "00:00:00");
        builder.UseSetting("Tasks:Storage", _storage);
        builder.UseSetting("Tasks:StoragePath", Path.Combine(_folder.FullName, "tasks.db"));
        // As a setting: the factory would set a port when the service may already have started.
        if (_isOnSocket)
            builder.UseSetting("urls", "http://127.0.0.1:0");
        foreach (var (key, value) in settings)
            builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(Clock);
            services.AddLogging(static logging => logging.ClearProviders());
            Registrations?.Invoke(services);
        });
    }
}
