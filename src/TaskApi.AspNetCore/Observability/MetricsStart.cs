namespace TaskApi.AspNetCore.Observability;

/// <summary>Has the instruments made at the start, unless OpenTelemetry's own switch, <c>OTEL_SDK_DISABLED</c>, is set: then nothing is measured.</summary>
internal sealed class MetricsStart(IServiceProvider services, IConfiguration configuration) : IHostedService
{
    /// <summary>True if nothing is to be measured at all.</summary>
    public static bool IsDisabled(IConfiguration configuration) => string.Equals(configuration["OTEL_SDK_DISABLED"]?.Trim(), "true", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsDisabled(configuration))
            services.GetRequiredService<TaskApiMetrics>();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
