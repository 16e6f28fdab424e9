using OpenTelemetry.Metrics;
using TaskApi.AspNetCore.Observability;

namespace TaskApi.Telemetry;

/// <summary>Has the service measured, and its measurements fetched from <c>/metrics</c> or, where an address for them is configured, sent there.</summary>
internal static class MetricsExport
{
    /// <summary>Where the measurements are fetched from.</summary>
    public const string Path = "/metrics";

    // Each has bounded sets of labels. Not the hosting's: RequestMeasurements has what it tells.
    private static readonly string[] _meters = [TaskApiMetrics.MeterName, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    /// <summary>Registers the meters' reader.</summary>
    public static void AddMetricsExport(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RequestMeasurements>();
        builder.Services.AddSingleton<RequestMetrics>();
        if (!MetricsStart.IsDisabled(builder.Configuration))
            builder.Services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, RequestMeasuring.AtTheFront>());
        builder.Services.ConfigureOpenTelemetryMeterProvider(static (services, _) => services.GetRequiredService<RequestMetrics>());
        builder.Services.AddOpenTelemetry().ConfigureResource(Exports.Describe).WithMetrics(meters =>
        {
            meters.AddMeter(_meters).AddPrometheusExporter(static prometheus =>
            {
                // A scrape is to see what is so now.
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
                // A name belongs to one meter here: a label that says which would tell nothing.
                prometheus.ScopeInfoEnabled = false;
            });
            if (Exports.IsSent(builder.Configuration))
                meters.AddOtlpExporter();
        });
    }

    /// <summary>Maps the call with which Prometheus fetches the measurements: text, or OpenMetrics if it asks for that.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        if (MetricsStart.IsDisabled(services.GetRequiredService<IConfiguration>()))
            return;
        routes.MapPrometheusScrapingEndpoint(Path, services.GetRequiredService<MeterProvider>(), configureBranchedPipeline: null, optionsName: null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]), new ExcludeFromDescriptionAttribute());
    }
}
