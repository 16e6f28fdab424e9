using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Routing;

/// <summary>Reads query parameters, each of which may be given once; those that a call doesn't know it ignores.</summary>
internal static class QueryFields
{
    /// <summary>The parameter's value; null if it is absent or, with an error noted, given more than once.</summary>
    public static string? QueryField(this HttpRequest request, string name, FieldErrors errors)
    {
        if (!request.QueryString.HasValue)
            return null;
        var values = request.Query[name];
        if (values.Count <= 1)
            return values.Count == 0 ? null : values[0] ?? "";
        errors.Add(name, "must be given only once.");
        return null;
    }
}
