using TaskApi;
using TaskApi.Client;
using TaskApi.Client.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The client in a program with dependency injection.</summary>
public static class TaskApiClientServices
{
    /// <summary>Registers <see cref="TaskApiClient"/> and <see cref="ITasks"/>, which are then to be injected, with an <see cref="HttpClient"/> of the factory's.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="address">The service's address, such as <c>http://localhost:5080</c>, with the path under which a proxy has it, if there is one.</param>
    /// <param name="configure">How to call; null for the defaults.</param>
    /// <returns>The builder of the <see cref="HttpClient"/>, for handlers of your own.</returns>
    public static IHttpClientBuilder AddTaskApiClient(this IServiceCollection services, Uri address, Action<TaskApiClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(address);
        var options = new TaskApiClientOptions();
        configure?.Invoke(options);
        var builder = services.AddHttpClient(nameof(TaskApiClient), http =>
        {
            http.BaseAddress = address;
            // The client has time limits of its own, which know how long a call is meant to wait.
            http.Timeout = Timeout.InfiniteTimeSpan;
        }).WithoutResilienceByDefault();
        services.AddTransient<ITasks>(static program => program.GetRequiredService<TaskApiClient>());
        return builder.AddTypedClient(http => new TaskApiClient(http, options));
    }
}
