namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>The methods of a call that only looks.</summary>
internal static class ReadMethods
{
    /// <summary>
    /// GET and HEAD: the same answer, of which the server leaves out the body (RFC 9110, section 9.3.2). The API description
    /// shows GET alone.
    /// </summary>
    public static readonly string[] All = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>True of a method that only looks.</summary>
    public static bool Include(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>True of a route that takes another one, too: it may change something.</summary>
    public static bool AreNotAllOf(EndpointBuilder route) =>
        route.Metadata.OfType<IHttpMethodMetadata>().Any(static methods => methods.HttpMethods.Except(All, StringComparer.Ordinal).Any());
}
