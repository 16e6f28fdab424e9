namespace TaskApi.AspNetCore.Http.Json;

/// <summary>The answer <c>200</c> with plain text, however long it is: what is large is sent as it is read.</summary>
/// <param name="utf8">The text.</param>
internal sealed class OkText(ReadOnlyMemory<byte> utf8) : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    private const string MediaType = "text/plain; charset=utf-8";

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    string? IContentTypeHttpResult.ContentType => MediaType;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (utf8.Length > ILargeAnswers.From)
            return httpContext.RequestServices.GetRequiredService<ILargeAnswers>().SendAsync(httpContext, StatusCodes.Status200OK, MediaType, utf8, utf8.Length);
        var response = httpContext.Response;
        response.ContentType = MediaType;
        response.ContentLength = utf8.Length;
        return response.BodyWriter.WriteAsync(utf8, httpContext.RequestAborted).AsTask();
    }
}
