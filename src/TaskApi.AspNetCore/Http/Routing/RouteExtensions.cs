using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.AspNetCore.Http.Routing;

internal static class RouteExtensions
{
    private static readonly string[] _methods =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options, HttpMethods.Trace];

    /// <summary>
    /// Answers <c>405</c> to the methods that have no handler at this literal path. Without it a parameter's route, such as that
    /// of a task's id, would take the call.
    /// </summary>
    /// <param name="routes">Where to.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="allowed">The methods that have a handler.</param>
    public static void MapNoOther(this IEndpointRouteBuilder routes, string pattern, params string[] allowed)
    {
        var allow = string.Join(", ", allowed);
        routes.MapMethods(pattern, _methods.Except(allowed, StringComparer.Ordinal), context =>
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = allow;
            return Task.CompletedTask;
        }).WithMetadata(OfferedMedia.None, ReadsTasks.Instance, NoCall.Instance).ExcludeFromDescription();
    }
}

/// <summary>On a route: it says that there is no such call, and does nothing.</summary>
internal sealed class NoCall
{
    public static readonly NoCall Instance = new();
}
