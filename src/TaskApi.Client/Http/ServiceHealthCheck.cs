using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TaskApi.Client.Http;

/// <summary>Healthy while the service says that it is ready.</summary>
/// <param name="clients">Where the client is from.</param>
/// <param name="name">Its name there.</param>
internal sealed class ServiceHealthCheck(IHttpClientFactory clients, string name) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var http = clients.CreateClient(name);
        var ready = new Uri(http.BaseAddress!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/health/ready");
        try
        {
            using var answer = await http.GetAsync(ready, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? HealthCheckResult.Healthy("The service is ready.")
                : new HealthCheckResult(context.Registration.FailureStatus, $"The service is not ready: it answers {(int)answer.StatusCode}.");
        }
        catch (HttpRequestException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The service can't be reached.", exception);
        }
    }
}
