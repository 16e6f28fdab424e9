using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Trace;
using TaskApi.AspNetCore.Observability;
using TaskApi.Engine.Ports;

namespace TaskApi.Telemetry;

/// <summary>Sends traces, of the calls and of the tasks that they create, to where an address for them is configured. Without one there are none.</summary>
internal static class TracesExport
{
    /// <summary>Registers the spans' reader.</summary>
    public static void AddTracesExport(this WebApplicationBuilder builder)
    {
        if (!Exports.IsSent(builder.Configuration) || MetricsStart.IsDisabled(builder.Configuration))
        {
            // Nobody would read the spans: tasks need not be followed.
            builder.Services.RemoveAll<ITaskObserver>();
            return;
        }

        builder.Services.AddOpenTelemetry().ConfigureResource(Exports.Describe).WithTracing(static traces => traces
            // Not of the calls that come every few seconds, to see whether the service is well.
            .AddAspNetCoreInstrumentation(static calls => calls.Filter = static context =>
                !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase) && !context.Request.Path.StartsWithSegments(MetricsExport.Path, StringComparison.OrdinalIgnoreCase))
            .AddSource(TaskTracing.SourceName)
            .AddOtlpExporter());
    }
}
