using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Routing;

/// <summary>
/// Refuses, before anything is done, a call with a query parameter that its route doesn't take, in exactly this spelling, or one given
/// more than once: what was meant to narrow a call down must not be overlooked. What a route takes is what its <see cref="OperationDoc"/> says.
/// </summary>
internal sealed class QueryMiddleware(RequestDelegate next)
{
    /// <summary>Calls the rest of the pipeline, unless the query is wrong.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || context.GetEndpoint()?.Metadata.GetMetadata<TakenQuery>() is not { } taken)
            return next(context);
        var errors = new FieldErrors();
        foreach (var (name, values) in context.Request.Query)
        {
            if (!taken.Names.Contains(name, StringComparer.Ordinal))
                NoteUnknown(name, taken, errors);
            else if (values.Count > 1)
                errors.Add(name, "must be given only once.");
        }

        return errors.IsEmpty ? next(context) : errors.ToProblem().ExecuteAsync(context);
    }

    private static void NoteUnknown(string name, TakenQuery taken, FieldErrors errors)
    {
        if (name.Length == 0)
            errors.Add("query", "must not have a parameter without a name.");
        else
            errors.Add(FieldErrors.Shorten(name), $"is not a query parameter of this call{NearestName.Hint(name, taken.Names)}.");
    }
}

/// <summary>The query parameters that a route takes.</summary>
internal sealed class TakenQuery(string[] names)
{
    /// <summary>Their names, as they are spelt.</summary>
    public string[] Names => names;
}

internal static class QueryRouteExtensions
{
    /// <summary>Has the routes of a group refuse query parameters that they don't document.</summary>
    public static RouteGroupBuilder WithKnownQuery(this RouteGroupBuilder group)
    {
        // Last, when every route has said what it takes.
        ((IEndpointConventionBuilder)group).Finally(static endpoint =>
        {
            if (endpoint.Metadata.OfType<OperationDoc>().LastOrDefault() is { } doc)
                endpoint.Metadata.Add(new TakenQuery([.. from parameter in doc.Parameters where !parameter.InHeader select parameter.Name]));
        });
        return group;
    }
}
