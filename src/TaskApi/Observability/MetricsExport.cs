using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace TaskApi.Observability;

/// <summary>Has the service measured, and its measurements fetched from <c>/metrics</c> or, where an address for them is configured, sent there.</summary>
internal static class MetricsExport
{
    /// <summary>Where the measurements are fetched from.</summary>
    public const string Path = "/metrics";

    // Each has bounded sets of labels: methods by name or _OTHER, routes by their pattern, statuses.
    private static readonly string[] _meters = [TaskApiMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    // As fast as most calls are answered, and as slow as a wait may be.
    private static readonly double[] _requestSeconds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300];

    /// <summary>Registers the meters' reader.</summary>
    public static void AddMetricsExport(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TaskApiMetrics>();
        // Made where OpenTelemetry's own hosting package would: there is none for this version.
        builder.Services.AddSingleton(static services => Build(services));
    }

    /// <summary>Maps the call with which Prometheus fetches the measurements: text, or OpenMetrics if it asks for that.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (Telemetry.IsDisabled(app.Configuration))
            return;
        app.MapPrometheusScrapingEndpoint(Path, app.Services.GetRequiredService<MeterProvider>(), configureBranchedPipeline: null, optionsName: null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]), new ExcludeFromDescriptionAttribute());
    }

    private static MeterProvider Build(IServiceProvider services)
    {
        services.GetRequiredService<TaskApiMetrics>();
        var configuration = services.GetRequiredService<IConfiguration>();
        var meters = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(inner => inner.AddSingleton(configuration))
            .ConfigureResource(Telemetry.Describe)
            .AddMeter(_meters)
            // Two updates a request, by labels: 4 % of a creation, for what the connections and waits tell as well.
            .AddView("http.server.active_requests", MetricStreamConfiguration.Drop)
            .AddView("http.server.request.duration", new ExplicitBucketHistogramConfiguration { Boundaries = _requestSeconds })
            .AddPrometheusExporter(static prometheus =>
            {
                // A scrape is to see what is so now.
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
                // A name belongs to one meter here: a label that says which would tell nothing.
                prometheus.ScopeInfoEnabled = false;
            });
        return (Telemetry.IsSent(configuration) ? meters.AddOtlpExporter() : meters).Build();
    }
}
