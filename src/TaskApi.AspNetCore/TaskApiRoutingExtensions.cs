using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.OutputCaching;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Security;

namespace Microsoft.AspNetCore.Builder;

/// <summary>TaskApi among the endpoints of a program.</summary>
public static class TaskApiRoutingExtensions
{
    /// <summary>
    /// Maps all of TaskApi under <paramref name="prefix"/>: the calls on tasks, the dashboard (at the prefix itself), Swagger UI (<c>/swagger</c>), the
    /// API description (<c>/swagger/v1/swagger.json</c>) and its health (<c>/health/ready</c>). References in answers have the prefix, and whatever path
    /// stands before it: that of a group, of <c>UsePathBase</c>, or one that a known proxy has taken off (<c>X-Forwarded-Prefix</c>).
    /// </summary>
    /// <remarks>
    /// To the program it is one endpoint: <c>RequireAuthorization</c>, <c>RequireHost</c>, <c>RequireCors</c> and so on hold for all of it, and endpoints
    /// of the program's own under the same prefix go before it. It answers every call under the prefix, unknown paths and its own faults included, so no
    /// exception handler or status page of the program's comes into it. Request timeouts and output caching are off, for waits and streams have bounds
    /// of their own, and answers must not be kept; what is said of the endpoint after this goes before that.
    /// <para>
    /// A program doesn't start whose tasks anybody on the network could see and change: one of <c>RequireAuthorization</c> (or a fallback policy), API keys
    /// (<c>Security:ApiKeys</c>) and a server that listens on this machine alone is needed, or <c>Security:AllowAnonymous</c>, which says that everybody may.
    /// </para>
    /// </remarks>
    /// <param name="endpoints">Where to: the application, or a group.</param>
    /// <param name="prefix">The path, such as <c>/jobs</c>; it may have route parameters. Empty for the root, where the program's own endpoints go first.</param>
    /// <returns>The endpoint, to be said more of.</returns>
    /// <exception cref="InvalidOperationException"><c>AddTaskApi</c> has not been called, or TaskApi is mapped already.</exception>
    public static IEndpointConventionBuilder MapTaskApi(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        return endpoints.MapPlace(prefix, TaskApiPlaces.Of(endpoints.ServiceProvider).MapCalls(), "TaskApi", nameof(MapTaskApi));
    }

    /// <summary>
    /// Maps the dashboard to a path of its own, with what it calls below that: who may see it is said of it alone, as in
    /// <c>app.MapTaskApiDashboard("/jobs/ui").RequireAuthorization()</c>. It is then no longer where <see cref="MapTaskApi"/> is.
    /// </summary>
    /// <remarks>
    /// All else is as with <see cref="MapTaskApi"/>, which need not be called.
    /// </remarks>
    /// <param name="endpoints">Where to: the application, or a group.</param>
    /// <param name="prefix">The path, such as <c>/jobs/ui</c>; it may have route parameters.</param>
    /// <returns>The endpoint, to be said more of.</returns>
    /// <exception cref="InvalidOperationException"><c>AddTaskApi</c> has not been called, or the dashboard is mapped already.</exception>
    public static IEndpointConventionBuilder MapTaskApiDashboard(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        return endpoints.MapPlace(prefix, TaskApiPlaces.Of(endpoints.ServiceProvider).MapDashboard(), "TaskApi's dashboard", nameof(MapTaskApiDashboard));
    }

    private static IEndpointConventionBuilder MapPlace(this IEndpointRouteBuilder endpoints, string prefix, RequestDelegate answer, string name, string method) =>
        endpoints.Map($"{prefix.TrimEnd('/')}/{{**{MountedApi.Rest}}}", answer)
            .WithDisplayName(name)
            .ExcludeFromDescription()
            .DisableRequestTimeout()
            .WithMetadata(new OutputCacheAttribute { NoStore = true }, new GuardedPlace(name, method));
}
