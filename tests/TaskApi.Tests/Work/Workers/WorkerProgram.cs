using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Workers;

/// <summary>A program with a worker of the service under test, in this process.</summary>
internal sealed class WorkerProgram : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _isStopped;

    private WorkerProgram(TaskApiFactory api, Action<TaskApiWorkerBuilder> add, Action<TaskApiWorkerOptions>? configure, Func<HttpRequestMessage, string, HttpResponseMessage?>? between, Func<HttpRequestMessage, string, bool>? isLost)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        builder.Services.AddHealthChecks();
        var worker = builder.AddTaskApiWorker("http://localhost", options =>
        {
            options.Name = "test";
            configure?.Invoke(options);
        });
        worker.HttpClient.ConfigurePrimaryHttpMessageHandler(() => new Wire(between, isLost) { InnerHandler = api.Server.CreateHandler() });
        add(worker);
        _host = builder.Build();
    }

    public LogRecorder Log { get; } = new();

    public IServiceProvider Services => _host.Services;

    /// <summary>Starts it.</summary>
    /// <param name="api">The service.</param>
    /// <param name="add">Adds handlers.</param>
    /// <param name="configure">How it works.</param>
    /// <param name="between">Answers a call, given with its body, in the service's place, or throws; null to let it through.</param>
    /// <param name="isLost">True of a call, given with its body, that never arrives.</param>
    public static async Task<WorkerProgram> Start(
        TaskApiFactory api, Action<TaskApiWorkerBuilder> add, Action<TaskApiWorkerOptions>? configure = null, Func<HttpRequestMessage, string, HttpResponseMessage?>? between = null,
        Func<HttpRequestMessage, string, bool>? isLost = null)
    {
        var program = new WorkerProgram(api, add, configure, between, isLost);
        await program._host.StartAsync(TestContext.Current.CancellationToken);
        return program;
    }

    public async Task Stop()
    {
        _isStopped = true;
        await _host.StopAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
            await _host.StopAsync(new CancellationToken(canceled: true));
        _host.Dispose();
    }

    private sealed class Wire(Func<HttpRequestMessage, string, HttpResponseMessage?>? between, Func<HttpRequestMessage, string, bool>? isLost) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            if (isLost?.Invoke(request, body) == true)
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return between?.Invoke(request, body) ?? await base.SendAsync(request, cancellationToken);
        }
    }
}
