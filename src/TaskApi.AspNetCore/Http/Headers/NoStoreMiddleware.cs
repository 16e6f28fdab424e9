namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>
/// Keeps answers away from caches and from proxies that change them, unless the route says otherwise: an answer is its caller's alone,
/// and true for a moment. A shared cache that goes by its own defaults would give it to others, and to callers without a key.
/// </summary>
internal sealed class NoStoreMiddleware(RequestDelegate next)
{
    /// <summary>The value of <c>Cache-Control</c>. The second half is for proxies that compress: they hold events back until they have enough of them.</summary>
    public const string Directives = "no-store, no-transform";

    /// <summary>Calls the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = Directives;
        return next(context);
    }
}
