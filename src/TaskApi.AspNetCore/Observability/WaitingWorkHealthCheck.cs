using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>Degraded while a task that is due has waited for somebody to run it longer than <see cref="WorkOptions.OverdueAlarm"/>, if there is one.</summary>
internal sealed class WaitingWorkHealthCheck(IStorageHealth health, IOptions<WorkOptions> options) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var alarm = options.Value.OverdueAlarm;
        var waited = alarm == TimeSpan.Zero ? TimeSpan.Zero : health.LongestReady;
        if (waited <= alarm)
            return Task.FromResult(HealthCheckResult.Healthy());
        return Task.FromResult(HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"A task has waited {waited.TotalSeconds:0.0} s for somebody to run it.")));
    }
}
