using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>
/// Degraded while nothing can be changed, because the storage can't be written: what only reads or waits is still served. Where
/// many nodes share it, one that can't reach it is unhealthy: others may.
/// </summary>
internal sealed class StorageHealthCheck(IStorageHealth health, IOptions<TaskOptions> options) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(health.Fault is not { } fault ? HealthCheckResult.Healthy()
            : options.Value.Storage == StorageKind.Postgres ? HealthCheckResult.Unhealthy(fault)
            : HealthCheckResult.Degraded(fault));
}
