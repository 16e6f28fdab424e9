namespace TaskApi.AspNetCore.Http.Routing;

/// <summary>Reads query parameters.</summary>
internal static class QueryFields
{
    /// <summary>The parameter's value; null if it is absent. That none is given twice <see cref="QueryMiddleware"/> has seen to.</summary>
    public static string? QueryField(this HttpRequest request, string name)
    {
        if (!request.QueryString.HasValue)
            return null;
        var values = request.Query[name];
        return values.Count == 0 ? null : values[0] ?? "";
    }
}
