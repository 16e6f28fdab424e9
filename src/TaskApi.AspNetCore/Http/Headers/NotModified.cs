using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>The answer <c>304</c>: the client already has this representation.</summary>
internal sealed class NotModified : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    /// <summary>The one there is.</summary>
    public static readonly NotModified Instance = new();

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status304NotModified;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }
}
