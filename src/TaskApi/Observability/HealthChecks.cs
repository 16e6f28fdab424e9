using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TaskApi.Engine;

namespace TaskApi.Observability;

/// <summary>Not ready while the service starts or stops.</summary>
internal sealed class LifetimeHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return Task.FromResult(HealthCheckResult.Unhealthy("The service is shutting down."));
        return Task.FromResult(lifetime.ApplicationStarted.IsCancellationRequested
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The service is starting."));
    }
}

/// <summary>Degraded while a pending task is overdue by more than <see cref="TaskOptions.OverdueAlarm"/>.</summary>
internal sealed class OverdueHealthCheck(MemoryTaskRegistry registry, IOptions<TaskOptions> options) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var overdue = registry.Overdue;
        return Task.FromResult(overdue <= options.Value.OverdueAlarm
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"A pending task is overdue by {overdue.TotalSeconds:0.0} s.")));
    }
}
