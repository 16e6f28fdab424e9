namespace TaskApi.Telemetry;

/// <summary>Measures each request, from before anything looks at it until it has been handled.</summary>
/// <param name="next">The whole pipeline.</param>
/// <param name="measurements">Where it is recorded.</param>
/// <param name="timeProvider">Tells how long a request took.</param>
internal sealed class RequestMeasuring(RequestDelegate next, RequestMeasurements measurements, TimeProvider timeProvider)
{
    /// <summary>Runs the pipeline, and records how it went.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = timeProvider.GetTimestamp();
        var kind = measurements.Begin(context.Request);
        Exception? failure = null;
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            measurements.End(context, kind, timeProvider.GetElapsedTime(started), failure);
        }
    }

    /// <summary>Puts it before what the host puts into the pipeline, whose answers count as well. To be registered before all others.</summary>
    public sealed class AtTheFront : IStartupFilter
    {
        /// <inheritdoc/>
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseMiddleware<RequestMeasuring>();
            next(app);
        };
    }
}
