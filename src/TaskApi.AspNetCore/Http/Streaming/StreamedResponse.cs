using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace TaskApi.AspNetCore.Http.Streaming;

/// <summary>Answers that are sent bit by bit, and may pause between the bits.</summary>
internal static class StreamedResponse
{
    /// <summary>Sends the head, so that the client knows that it has been heard, before the first bit of the body is there.</summary>
    public static async Task StartAsync(HttpContext context, string mediaType, CancellationToken cancellationToken)
    {
        var response = context.Response;
        // Said although both are UTF-8 by definition: some clients take text without a charset for Latin-1, or cut it within a character.
        response.ContentType = $"{mediaType}; charset=utf-8";
        // Asks a proxy such as nginx to pass on what it gets at once.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // A client that reads slowly, or not for a while, is slowed down by the full buffer, not cut off.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        await response.StartAsync(cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
