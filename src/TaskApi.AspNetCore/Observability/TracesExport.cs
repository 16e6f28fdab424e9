using OpenTelemetry.Trace;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Observability;

/// <summary>Sends traces, of the calls and of the tasks that they create, to where an address for them is configured. Without one there are none.</summary>
internal static class TracesExport
{
    /// <summary>Registers the spans' reader, and puts the registry behind one that follows tasks. To be called after the registry is registered.</summary>
    public static void AddTracesExport(this WebApplicationBuilder builder)
    {
        if (!Telemetry.IsSent(builder.Configuration) || Telemetry.IsDisabled(builder.Configuration))
            return;
        var registry = builder.Services.Last(static service => service.ServiceType == typeof(ITaskRegistry)).ImplementationFactory!;
        builder.Services.AddSingleton<ITaskRegistry>(services => new TracedTaskRegistry((ITaskRegistry)registry(services)));
        builder.Services.AddOpenTelemetry().ConfigureResource(Telemetry.Describe).WithTracing(static traces => traces
            // Not of the calls that come every few seconds, to see whether the service is well.
            .AddAspNetCoreInstrumentation(static calls => calls.Filter = static context =>
                !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase) && !context.Request.Path.StartsWithSegments(MetricsExport.Path, StringComparison.OrdinalIgnoreCase))
            .AddSource(TracedTaskRegistry.SourceName)
            .AddOtlpExporter());
    }
}
