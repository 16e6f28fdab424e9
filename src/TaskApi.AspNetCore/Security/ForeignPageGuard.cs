using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Routing;
using IPNetwork = System.Net.IPNetwork;

namespace TaskApi.AspNetCore.Security;

/// <summary>
/// Answers <c>403</c> to browsers that would change something for a page of another origin (CSRF), which they may do without asking where a call
/// needs no body. Browsers say so by <c>Sec-Fetch-Site</c> (Fetch Metadata), and where they don't, by <c>Origin</c> (RFC 6454); who sends neither
/// is no browser. It stands before what replaces the address of a proxy by that of its caller.
/// </summary>
internal sealed class ForeignPageGuard(RequestDelegate next, IOptions<SecurityOptions> security)
{
    private const string SiteHeader = "Sec-Fetch-Site";
    private const string HostHeader = "X-Forwarded-Host";
    private const string SchemeEnd = "://";

    private readonly IPNetwork[] _proxies = [.. TrustedProxies.Networks(security.Value)];

    /// <summary>Calls the rest of the pipeline, or refuses the call.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        return ReadMethods.Include(method) || HttpMethods.IsOptions(method) || IsNoCall(context.GetEndpoint()) || IsOwn(context) ? next(context) : AskProgramAsync(context);
    }

    // That there is nothing here, or nothing of this method, anybody may be told.
    private static bool IsNoCall(Endpoint? endpoint) => endpoint is not RouteEndpoint || endpoint.Metadata.GetMetadata<NoCall>() is not null;

    private bool IsOwn(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers[SiteHeader].ToString() switch
        {
            // What a proxy makes of the host doesn't matter then. None is the user, not a page.
            "same-origin" or "none" => true,
            "cross-site" or "same-site" => false,
            _ => headers.Origin.Count == 0 || IsOwn(context, headers.Origin.ToString()),
        };
    }

    private bool IsOwn(HttpContext context, string origin)
    {
        var request = context.Request;
        var end = origin.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (end < 0)
            return false;
        var (scheme, host) = (origin[..end], new HostString(origin[(end + SchemeEnd.Length)..]));
        // Where a proxy ends TLS, the call comes without it.
        if (scheme != request.Scheme && scheme != Uri.UriSchemeHttps)
            return false;
        var port = scheme == Uri.UriSchemeHttps ? 443 : 80;
        if (AreSame(host, request.Host, port))
            return true;
        var told = request.Headers[HostHeader];
        return told.Count > 0 && TrustedProxies.Include(_proxies, context.Connection.RemoteIpAddress)
            && told.ToString().Split(',', StringSplitOptions.TrimEntries).Any(name => AreSame(host, new HostString(name), port));
    }

    private static bool AreSame(HostString one, HostString other, int port) =>
        one.HasValue && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase) && (one.Port ?? port) == (other.Port ?? port);

    // A program may let pages of other origins in (CORS): by what it says of the endpoint, else by its default policy.
    private async Task AskProgramAsync(HttpContext context)
    {
        if (await FindPolicyAsync(context) is { } policy && (policy.AllowAnyOrigin || policy.IsOriginAllowed(context.Request.Headers.Origin.ToString())))
            await next(context);
        else
            await ForeignPages.Refusal().ExecuteAsync(context);
    }

    private static async ValueTask<CorsPolicy?> FindPolicyAsync(HttpContext context)
    {
        var said = context.Features.Get<ICorsMetadata>();
        if (context.Request.Headers.Origin.Count == 0 || said is IDisableCorsAttribute)
            return null;
        if (said is ICorsPolicyMetadata { Policy: var policy })
            return policy;
        return context.RequestServices.GetService<ICorsPolicyProvider>() is { } policies
            ? await policies.GetPolicyAsync(context, (said as IEnableCorsAttribute)?.PolicyName)
            : null;
    }
}
