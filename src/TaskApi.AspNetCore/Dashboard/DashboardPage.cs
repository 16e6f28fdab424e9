using System.Reflection;
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

    /// <summary>Maps the page to <c>/</c>, and its files to their paths: for anyone, with or without a key.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var assembly = typeof(DashboardPage).Assembly;
        var place = routes.ServiceProvider.GetRequiredService<DashboardPlace>();
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
                AnswerAsync(context, place, File.Exists(source) ? new PageFile(File.ReadAllBytes(source), built.MediaType) : built)).ExcludeFromDescription();
        }
    }

    private static Task AnswerAsync(HttpContext context, DashboardPlace place, PageFile file)
    {
        var (request, response) = (context.Request, context.Response);
        if (!place.IsAt(context))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (request is { Path.HasValue: false, PathBase.HasValue: true })
        {
            // Without the slash the browser would look for the page's files one level too high.
            response.StatusCode = StatusCodes.Status308PermanentRedirect;
            response.Headers.Location = $"{request.PathBase.ToUriComponent()}/{request.QueryString.ToUriComponent()}";
            return Task.CompletedTask;
        }

        return file.SendAsync(context);
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
}
