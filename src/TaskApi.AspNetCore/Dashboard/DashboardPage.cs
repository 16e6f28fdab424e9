using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Dashboard;

/// <summary>
/// The dashboard's page: the files of <c>wwwroot</c>, which are inside the assembly, so that they are there however the service
/// is started. Each is a literal route of its own: no other path costs anything, and an unknown one is a <c>404</c> as ever.
/// </summary>
internal static class DashboardPage
{
    private const string Prefix = "wwwroot/";
    private const string Start = "index.html";

    // Scripts and styles are files, and nothing comes from or goes to another host. No script may make HTML of text.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Maps the page to <c>/</c>, and its files to their paths: for anyone, with or without a key.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var assembly = typeof(DashboardPage).Assembly;
        var isDevelopment = routes.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            var path = resource[Prefix.Length..];
            var built = new PageFile(Read(assembly, resource), MediaTypeOf(path));
            // In development a file that has been edited since the build is seen at the next reload: dotnet run starts in the service's folder.
            var source = isDevelopment ? Path.GetFullPath(Path.Combine("..", assembly.GetName().Name!, resource)) : null;
            routes.MapMethods(path == Start ? "/" : path, ReadMethods.All, context =>
                (File.Exists(source) ? new PageFile(File.ReadAllBytes(source), built.MediaType) : built).SendAsync(context)).ExcludeFromDescription();
        }
    }

    private static string MediaTypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new NotSupportedException($"No media type is known for {other} files."),
    };

    private static byte[] Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private sealed record PageFile(byte[] Content, string MediaType)
    {
        private readonly EntityTagHeaderValue _tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Content).AsSpan(0, 8))}\"");

        public Task SendAsync(HttpContext context)
        {
            var headers = context.Response.Headers;
            if (context.Request is { Path.HasValue: false, PathBase.HasValue: true })
            {
                // Without the slash the browser would look for the page's files one level too high.
                context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
                headers.Location = $"{context.Request.PathBase.ToUriComponent()}/{context.Request.QueryString.ToUriComponent()}";
                return Task.CompletedTask;
            }

            // Kept by browsers, but asked about each time: an update is seen at once, and costs a 304 until then.
            headers.CacheControl = "no-cache";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            return TypedResults.Bytes(Content, MediaType, entityTag: _tag).ExecuteAsync(context);
        }
    }
}
