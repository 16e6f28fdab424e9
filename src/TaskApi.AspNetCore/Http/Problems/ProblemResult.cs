using System.Globalization;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>An answer that says what went wrong, as <c>application/problem+json</c>.</summary>
internal sealed class ProblemResult(ProblemType type, string detail) : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    /// <summary>The media type of every problem.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>Which problem it is.</summary>
    public ProblemType Type => type;

    /// <summary>What happened this time; never anything of the service's insides.</summary>
    public string Detail => detail;

    /// <inheritdoc cref="ProblemDocument.Errors"/>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <inheritdoc cref="ProblemDocument.Members"/>
    public IDictionary<string, object>? Members { get; init; }

    /// <summary>When to try again: the <c>Retry-After</c> header in whole seconds; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    int? IStatusCodeHttpResult.StatusCode => type.Status;

    string? IContentTypeHttpResult.ContentType => MediaType;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        // Whatever was meant to be kept of a success, and also where the headers have been cleared.
        response.Headers.CacheControl = NoStoreMiddleware.Directives;
        if (RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return JsonResults.WriteAsync(httpContext, type.Status, ToDocument(httpContext), MediaType);
    }

    /// <summary>The problem as it is shown to the caller of <paramref name="httpContext"/>.</summary>
    public ProblemDocument ToDocument(HttpContext httpContext) =>
        ToDocument(httpContext.Request.PathBase.Add(httpContext.Request.Path).ToUriComponent(), httpContext.TraceId());

    /// <summary>The problem as it is shown to a caller.</summary>
    /// <param name="instance">The path of the call.</param>
    /// <param name="traceId">The id of its trace.</param>
    public ProblemDocument ToDocument(string instance, string traceId) => new()
    {
        Type = type.Uri,
        Title = type.Title,
        Status = type.Status,
        Detail = detail,
        Instance = instance,
        TraceId = traceId,
        Errors = Errors,
        Members = Members,
    };
}
