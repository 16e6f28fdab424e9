namespace TaskApi.AspNetCore.Security;

/// <summary>
/// Tells browsers what the service's own pages may do: load nothing from elsewhere, send nothing elsewhere, and be part of no
/// other page. So text that found its way into one as markup could still neither run nor report home. Answers of the calls on
/// tasks, and about the service's health, are no pages and go without.
/// </summary>
internal sealed class PageHeaders(RequestDelegate next)
{
    private const string Common = "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ";

    // Swagger UI makes functions of text, and styles elements by attributes.
    private const string Swagger = Common + "script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'";
    private const string Strict = Common + "script-src 'self'; style-src 'self'";

    /// <summary>Calls the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (!context.Request.IsOnTasks() && !path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase))
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase) ? Swagger : Strict;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
        }

        return next(context);
    }
}
