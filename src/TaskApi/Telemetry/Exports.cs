using System.Reflection;
using OpenTelemetry.Resources;

namespace TaskApi.Telemetry;

/// <summary>What metrics and traces have in common when they leave the service.</summary>
internal static class Exports
{
    /// <summary>The setting that says where to send them, by OpenTelemetry's protocol; its others (<c>OTEL_*</c>) hold too.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>True if they are sent.</summary>
    public static bool IsSent(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[Endpoint]);

    /// <summary>Says whose they are. <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> go before it.</summary>
    public static void Describe(ResourceBuilder resource) => resource
        .Clear()
        .AddService("taskapi", serviceVersion: Assembly.GetExecutingAssembly().GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
