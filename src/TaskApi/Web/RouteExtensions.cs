namespace TaskApi.Web;

internal static class RouteExtensions
{
    private static readonly string[] _head = [HttpMethods.Head];

    /// <summary>Maps GET and, undocumented, HEAD: the same answer, of which the server leaves out the body (RFC 9110, section 9.3.2).</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler)
    {
        routes.MapMethods(pattern, _head, handler).ExcludeFromDescription();
        return routes.MapGet(pattern, handler);
    }
}
