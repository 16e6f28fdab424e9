using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Primitives;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Security;

namespace TaskApi.Access;

/// <summary>
/// Takes only calls to the host names that the setting <c>AllowedHosts</c> lists, as the framework's own filter does: without ports,
/// with <c>*.</c> for the names under one, read anew when it changes. But what is refused is a problem and not a page, and health may
/// be asked under any name: orchestrators ask the address at which they find the service.
/// </summary>
internal sealed class AllowedHosts
{
    private const string Setting = "AllowedHosts";
    private const string Any = "*";

    // Addresses to listen on that stand for all of them, as the framework's filter knows them.
    private static readonly string[] _any = [Any, "[::]", "0.0.0.0"];

    private readonly RequestDelegate _next;
    // Null: any.
    private volatile StringSegment[]? _patterns;

    public AllowedHosts(RequestDelegate next, IConfiguration configuration)
    {
        _next = next;
        // For as long as there is the configuration, which is as long as this.
        _ = ChangeToken.OnChange(configuration.GetReloadToken, () => _patterns = Read(configuration));
        _patterns = Read(configuration);
    }

    /// <summary>Has the framework's filter, which is there in any case, let everything through.</summary>
    public static void ReplaceFramework(HostFilteringOptions options) => options.AllowedHosts = [Any];

    /// <summary>Calls the rest of the pipeline, unless the <c>Host</c> is none of the service's.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host;
        if (_patterns is not { } patterns || !host.HasValue || HostString.MatchesAny(host.Host, patterns) || context.Request.IsOnHealth())
            return _next(context);
        var errors = new FieldErrors();
        errors.Add("Host", $"must be a name that the service goes by: the setting {Setting} lists them.");
        return errors.ToProblem().ExecuteAsync(context);
    }

    private static StringSegment[]? Read(IConfiguration configuration)
    {
        var names = (configuration[Setting] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length == 0 || names.Intersect(_any).Any() ? null : Array.ConvertAll(names, static name => new StringSegment(new HostString(name).ToUriComponent()));
    }
}
