using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Observability;

/// <summary>
/// Logs each request when it is over: at Debug what it was and how it went, and a warning if the answer is a 5xx, but for those about its health. Above Debug
/// nothing is measured or put together. Neither queries, headers nor bodies are logged: they may hold keys and messages.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="timeProvider">Measures how long a request took.</param>
/// <param name="logger">Where the events go.</param>
internal sealed partial class RequestLogging(RequestDelegate next, TimeProvider timeProvider, ILogger<RequestLogging> logger)
{
    /// <summary>Runs the rest of the pipeline, then logs.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var isTimed = logger.IsEnabled(LogLevel.Debug);
        var started = isTimed ? timeProvider.GetTimestamp() : 0;
        try
        {
            await next(context);
        }
        finally
        {
            if (isTimed)
                LogCompleted(context, timeProvider.GetElapsedTime(started));
            // Who asks whether the service is ready is told; that it isn't yet, or not any more, is no fault.
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError && !context.Request.Path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.OrdinalIgnoreCase))
                LogServerError(context);
        }
    }

    private void LogCompleted(HttpContext context, TimeSpan elapsed)
    {
        var path = PathOf(context);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route";
        var trace = context.TraceId();
        Log.Completed(logger, context.Request.Method, path, route, context.Response.StatusCode, elapsed.TotalMilliseconds, trace);
    }

    private void LogServerError(HttpContext context)
    {
        var path = PathOf(context);
        var trace = context.TraceId();
        Log.AnsweredWithServerError(logger, context.Request.Method, path, context.Response.StatusCode, trace);
    }

    // Escaped as it came over the wire: decoded, a path could hold line ends and pass itself off as further events.
    private static string PathOf(HttpContext context) => (context.Request.PathBase + context.Request.Path).ToUriComponent();

    private static partial class Log
    {
        [LoggerMessage(EventId = 3000, Level = LogLevel.Debug, Message = "{Method} {Path} ({Route}) answered {Status} in {ElapsedMs:0.000} ms, trace {Trace}")]
        public static partial void Completed(ILogger logger, string method, string path, string route, int status, double elapsedMs, string trace);

        [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "{Method} {Path} answered {Status}, trace {Trace}")]
        public static partial void AnsweredWithServerError(ILogger logger, string method, string path, int status, string trace);
    }
}
