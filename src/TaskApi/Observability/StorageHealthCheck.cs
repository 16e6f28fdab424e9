using Microsoft.Extensions.Diagnostics.HealthChecks;
using TaskApi.Engine;

namespace TaskApi.Observability;

/// <summary>Degraded while nothing can be changed, because the storage can't be written: what only reads or waits is still served.</summary>
internal sealed class StorageHealthCheck(ITaskRegistry registry) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(registry.Fault is { } fault ? HealthCheckResult.Degraded(fault) : HealthCheckResult.Healthy());
}
