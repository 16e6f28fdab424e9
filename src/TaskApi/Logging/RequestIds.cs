using Serilog.Core;
using Serilog.Events;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.Logging;

/// <summary>Gives each log event that is written while a request is handled the ids of the request and of its trace.</summary>
internal sealed class RequestIds : ILogEventEnricher
{
    // All accessors show the same request: the one that the running code belongs to.
    private readonly HttpContextAccessor _accessor = new();

    /// <inheritdoc/>
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (_accessor.HttpContext is not { } context)
            return;
        logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("RequestId", context.TraceIdentifier));
        logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("TraceId", context.TraceId()));
    }
}
