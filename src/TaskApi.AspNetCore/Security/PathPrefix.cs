using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Routing;
using IPNetwork = System.Net.IPNetwork;

namespace TaskApi.AspNetCore.Security;

/// <summary>
/// Knows the path under which a proxy has the service, so that references in answers lead through the proxy: from a known proxy
/// (<c>X-Forwarded-Prefix</c>), else from the configuration. A proxy may take it off the paths of calls or leave it on. Calls that come
/// without it, such as those of an orchestrator, are answered too. It stands before the path under which TaskApi is in its program.
/// </summary>
internal sealed partial class PathPrefix(RequestDelegate next, IOptions<HttpOptions> http, IOptions<SecurityOptions> security)
{
    private const string Header = "X-Forwarded-Prefix";

    private readonly PathString _configured = Trim(http.Value.PathBase);
    private readonly IPNetwork[] _proxies = [.. TrustedProxies.Networks(security.Value)];

    /// <summary>True if there is anybody to learn of a prefix from.</summary>
    public static bool IsNeeded(IServiceProvider services) =>
        services.GetRequiredService<IOptions<HttpOptions>>().Value.PathBase.Length > 0 || services.GetRequiredService<IOptions<SecurityOptions>>().Value.KnownProxies.Count > 0;

    /// <summary>Calls the rest of the pipeline, for which the path begins after the prefix.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var prefix = ToldByProxy(context) ?? _configured;
        if (prefix.HasValue)
        {
            request.PathBase = prefix.Add(request.PathBase);
            if (request.Path.StartsWithSegments(prefix, StringComparison.Ordinal, out var rest))
                request.Path = rest;
        }

        return next(context);
    }

    // Null if no proxy that is known has told one; empty if it has told that there is none. What isn't a path is ignored.
    private PathString? ToldByProxy(HttpContext context)
    {
        var told = context.Request.Headers[Header];
        if (told.Count == 0 || !TrustedProxies.Include(_proxies, context.Connection.RemoteIpAddress))
            return null;
        // Of several proxies in a row each adds the part that it has taken off.
        var path = string.Concat(told.ToString().Split(',', StringSplitOptions.TrimEntries).Select(static part => part.TrimEnd('/')));
        return path.Length <= HttpOptions.MaxPathLength && Path().IsMatch(path) ? new PathString(path) : (PathString?)null;
    }

    private static PathString Trim(string path) => path.TrimEnd('/');

    [GeneratedRegex($"^{HttpOptions.PathPattern}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Path();
}
