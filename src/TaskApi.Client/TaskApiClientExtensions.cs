using Microsoft.Extensions.Diagnostics.HealthChecks;
using TaskApi;
using TaskApi.Client;
using TaskApi.Client.Http;

namespace Microsoft.Extensions.Hosting;

/// <summary>The client in a program that is told by its configuration where the service is.</summary>
public static class TaskApiClientExtensions
{
    private const string CheckName = "taskapi-client";

    /// <summary>
    /// Registers <see cref="TaskApiClient"/> and <see cref="ITasks"/>, which are then to be injected. The program's health checks gain <c>taskapi-client</c>,
    /// if it has any: whether the service is ready.
    /// </summary>
    /// <param name="builder">The program's builder.</param>
    /// <param name="address">
    /// The name of a connection string, such as <c>tasks</c> in an Aspire app host, which is the service's address, or <c>Endpoint=ADDRESS;Key=KEY</c>; or of a
    /// service that can be discovered (<c>services:tasks:http:0</c>); or the address itself.
    /// </param>
    /// <param name="configure">How to call; null for the defaults, with the connection string's key.</param>
    /// <returns>The builder of the <see cref="HttpClient"/>, for handlers of your own.</returns>
    /// <exception cref="ArgumentException">The configuration doesn't say where the service is; the message says what was looked for.</exception>
    public static IHttpClientBuilder AddTaskApiClient(this IHostApplicationBuilder builder, string address, Action<TaskApiClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var service = ServiceConnection.Of(builder.Configuration, address, nameof(address));
        builder.Services.Configure<HealthCheckServiceOptions>(static checks =>
        {
            if (checks.Registrations.All(static check => check.Name != CheckName))
            {
                checks.Registrations.Add(new HealthCheckRegistration(
                    CheckName, static program => new ServiceHealthCheck(program.GetRequiredService<IHttpClientFactory>(), nameof(TaskApiClient)),
                    failureStatus: null, tags: ["taskapi"], timeout: TimeSpan.FromSeconds(10)));
            }
        });
        return builder.Services.AddTaskApiClient(service.Address, options =>
        {
            options.ApiKey = service.ApiKey;
            configure?.Invoke(options);
        });
    }
}
