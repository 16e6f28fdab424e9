using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>A program of somebody's that has TaskApi in it, on a test server and on the test's clock.</summary>
public sealed class EmbeddingProgram : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private EmbeddingProgram(WebApplication app, ManualTimeProvider clock) => (_app, _client, Clock) = (app, app.GetTestClient(), clock);

    /// <summary>The clock that the program has registered, unless it is on the system's.</summary>
    public ManualTimeProvider Clock { get; }

    /// <summary>The program's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a program with TaskApi under <c>/jobs</c>.</summary>
    /// <param name="build">What else it registers.</param>
    /// <param name="use">What else it maps, and how it maps TaskApi.</param>
    /// <param name="settings">Its configuration.</param>
    public static async Task<EmbeddingProgram> Start(Action<WebApplicationBuilder>? build = null, Action<WebApplication>? use = null, params (string Key, string Value)[] settings)
    {
        var clock = new ManualTimeProvider();
        var app = Build(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                build?.Invoke(builder);
            },
            [("Tasks:ShutdownGrace", "00:00:00"), .. settings]);
        (use ?? (static app => app.MapTaskApi("/jobs")))(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EmbeddingProgram(app, clock);
    }

    /// <summary>Starts a program that is built already but for its log, with TaskApi under <c>/jobs</c>, on the clock of the system.</summary>
    public static async Task<EmbeddingProgram> Start(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapTaskApi("/jobs");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EmbeddingProgram(app, new ManualTimeProvider());
    }

    /// <summary>Makes a program with TaskApi, and maps nothing.</summary>
    public static WebApplication Build(Action<WebApplicationBuilder>? build = null, params (string Key, string Value)[] settings)
    {
        // In development everything that is registered is tried out when the program is built.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, Args = [.. settings.Select(static setting => $"--{setting.Key}={setting.Value}")] });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.AddTaskApi().AddSqliteStorage().AddPostgresStorage();
        build?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>Sends a call.</summary>
    public async Task<Reply> Send(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.Read(response);
    }

    /// <summary>Sends a call that only looks.</summary>
    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, json: null, headers);

    /// <summary>Creates a task that is due in 100 seconds, and answers with the answer.</summary>
    public async Task<Reply> Create(string path, params (string Name, string Value)[] headers) =>
        (await Send(HttpMethod.Post, path, """{"message":"Hei","delaySeconds":100}""", headers)).Is(HttpStatusCode.Accepted);

    /// <summary>Stops it.</summary>
    public Task Stop() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
