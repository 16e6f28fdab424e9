using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TaskApi;
using TaskApi.Client;
using TaskApi.Client.Http;
using TaskApi.Client.Work;

namespace Microsoft.Extensions.Hosting;

/// <summary>Workers: handlers in a process of their own.</summary>
public static class TaskApiWorkerExtensions
{
    /// <summary>
    /// Adds a worker: from the program's start to its stop the handlers that are added to what this returns run the tasks of a service elsewhere. Handlers
    /// are written, and run, as they are in the service's own process. <see cref="ITasks"/>, where the program hasn't registered one, is that service's, by
    /// the same <see cref="HttpClient"/> and key; with several workers that of the first.
    /// </summary>
    /// <remarks>
    /// The program's health checks gain <c>taskapi-worker</c>, if it has any; metrics are those of the meter <c>TaskApi.Worker</c>, and each attempt is a
    /// span of the source <c>TaskApi</c>. A <see cref="TimeProvider"/> that the program has registered is the worker's clock.
    /// </remarks>
    /// <param name="builder">The program's builder.</param>
    /// <param name="address">
    /// The service's address, such as <c>https://tasks.example.com</c>, with the path under which a proxy has it, if there is one; or the name of what the
    /// configuration has it under, as <see cref="TaskApiClientExtensions.AddTaskApiClient"/> takes it.
    /// </param>
    /// <param name="configure">How many tasks it takes, and how; null for the defaults, with the connection string's key.</param>
    /// <returns>What has been added, to add handlers to.</returns>
    /// <exception cref="ArgumentException">The address is none, or an option is not what it may be; the message says which.</exception>
    public static TaskApiWorkerBuilder AddTaskApiWorker(this IHostApplicationBuilder builder, string address, Action<TaskApiWorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var service = ServiceConnection.Of(builder.Configuration, address, nameof(address));
        var options = new TaskApiWorkerOptions { ApiKey = service.ApiKey };
        configure?.Invoke(options);
        options.Check(nameof(configure));

        var services = builder.Services;
        var name = $"taskapi-worker{services.Count(static service => service.ServiceType == typeof(TaskApiWorkerBuilder)) switch { 0 => "", var others => $"-{others + 1}" }}";
        var http = services.AddHttpClient(name, client =>
        {
            client.BaseAddress = service.Address;
            // The worker has time limits of its own, which know how long a call is meant to wait.
            client.Timeout = Timeout.InfiniteTimeSpan;
        });
        // It calls all the time: a line of the log for each call would be all that there is.
        http.RemoveAllLoggers().WithoutResilienceByDefault();
        // One client for the worker's whole life: its connections are renewed, so that it notices when the address means another machine.
        http.SetHandlerLifetime(Timeout.InfiniteTimeSpan).UseSocketsHttpHandler(static (handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2));
        var added = new TaskApiWorkerBuilder(services, http);
        services.AddSingleton(added);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITasks>(program => new TaskApiClient(program.GetRequiredService<IHttpClientFactory>().CreateClient(name), new TaskApiClientOptions
        {
            ApiKey = options.ApiKey,
            LongPoll = options.LongPoll,
            TimeProvider = program.GetRequiredService<TimeProvider>(),
        }));
        services.AddMetrics();
        services.TryAddSingleton<WorkerMetrics>();
        services.AddKeyedSingleton(name, (program, _) => new WorkerRunner(
            options, added.Catalogue, program.GetRequiredService<IHttpClientFactory>().CreateClient(name), program.GetRequiredService<IServiceScopeFactory>(),
            program.GetRequiredService<WorkerMetrics>(), program.GetRequiredService<TimeProvider>(), program.GetRequiredService<ILogger<WorkerRunner>>()));
        services.AddSingleton<IHostedService>(program => new WorkerService(program.GetRequiredKeyedService<WorkerRunner>(name)));
        services.Configure<HealthCheckServiceOptions>(checks => checks.Registrations.Add(
            new HealthCheckRegistration(name, program => new WorkerHealthCheck(program.GetRequiredKeyedService<WorkerRunner>(name)), failureStatus: null, tags: ["taskapi"])));
        return added;
    }
}
