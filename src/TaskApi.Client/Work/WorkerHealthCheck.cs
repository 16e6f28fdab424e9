using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TaskApi.Client.Work;

/// <summary>Healthy while the worker runs and the service answers it.</summary>
/// <param name="runner">The worker.</param>
internal sealed class WorkerHealthCheck(WorkerRunner runner) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["running"] = runner.Running };
        return Task.FromResult(runner switch
        {
            { IsRunning: false } => new HealthCheckResult(context.Registration.FailureStatus, "The worker takes no tasks: the program is starting or stopping.", data: data),
            { Fault: { } fault } => new HealthCheckResult(context.Registration.FailureStatus, $"The service doesn't answer as it should: {fault}", data: data),
            _ => HealthCheckResult.Healthy("The worker takes tasks.", data),
        });
    }
}
