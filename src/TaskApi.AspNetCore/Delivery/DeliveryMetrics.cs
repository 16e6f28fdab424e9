using System.Diagnostics.Metrics;
using TaskApi.AspNetCore.Observability;
using TaskApi.Handlers;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Counts calls of URLs by what became of them. Thread-safe.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Counter<long>? _deliveries;

    /// <param name="meters">Makes the meter, and disposes it with the service.</param>
    /// <param name="configuration">Says whether anything is measured.</param>
    public DeliveryMetrics(IMeterFactory meters, IConfiguration configuration)
    {
        if (!MetricsStart.IsDisabled(configuration))
            _deliveries = meters.Create(TaskApiMetrics.MeterName).CreateCounter<long>("taskapi.deliveries", "{call}", "Calls of URLs, by outcome.");
    }

    /// <summary>Counts one.</summary>
    public void Count(in HandlerOutcome outcome) => _deliveries?.Add(1, new KeyValuePair<string, object?>("taskapi.delivery.outcome", outcome.Error?.Reason ?? AttemptTracing.NameOf(outcome.Kind)));
}
