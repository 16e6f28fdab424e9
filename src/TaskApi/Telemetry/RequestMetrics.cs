using System.Diagnostics.Metrics;
using TaskApi.AspNetCore.Observability;

namespace TaskApi.Telemetry;

/// <summary>The instruments of requests, beside those of tasks. Names and units follow OpenTelemetry's semantic conventions.</summary>
internal sealed class RequestMetrics
{
    // As fast as most calls are answered, and as slow as a wait may be.
    private static readonly double[] _seconds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300];

    /// <param name="meters">Makes the meter, and disposes it with the service.</param>
    /// <param name="requests">Counts and times requests.</param>
    public RequestMetrics(IMeterFactory meters, RequestMeasurements requests)
    {
        var meter = meters.Create(TaskApiMetrics.MeterName);
        meter.CreateObservableUpDownCounter("http.server.active_requests", requests.Active, "{request}", "Requests that are being handled.");
        requests.Duration = meter.CreateHistogram(
            "http.server.request.duration", "s", "How long requests took, waits and streams included.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = _seconds });
    }
}
