using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>Degraded while a pending task is overdue by more than <see cref="TaskOptions.OverdueAlarm"/>.</summary>
internal sealed class OverdueHealthCheck(IStorageHealth health, IOptions<TaskOptions> options) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var overdue = health.Overdue;
        return Task.FromResult(overdue <= options.Value.OverdueAlarm
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"A pending task is overdue by {overdue.TotalSeconds:0.0} s.")));
    }
}
