using OpenTelemetry.Trace;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>Sends traces, of the calls and of the tasks that they create, to where an address for them is configured. Without one there are none.</summary>
internal static class TracesExport
{
    /// <summary>Registers the spans' reader, and what has the storage tell of the tasks that recorded calls create.</summary>
    public static void AddTracesExport(this WebApplicationBuilder builder)
    {
        if (!Telemetry.IsSent(builder.Configuration) || Telemetry.IsDisabled(builder.Configuration))
            return;
        builder.Services.AddSingleton<ITaskObserver>(static _ => new TaskTracing());
        builder.Services.AddOpenTelemetry().ConfigureResource(Telemetry.Describe).WithTracing(static traces => traces
            // Not of the calls that come every few seconds, to see whether the service is well.
            .AddAspNetCoreInstrumentation(static calls => calls.Filter = static context =>
                !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase) && !context.Request.Path.StartsWithSegments(MetricsExport.Path, StringComparison.OrdinalIgnoreCase))
            .AddSource(TaskTracing.SourceName)
            .AddOtlpExporter());
    }
}
