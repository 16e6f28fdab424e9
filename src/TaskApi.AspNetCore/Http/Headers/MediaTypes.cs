using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>The media types of streams, and the comparison of any of them with a header.</summary>
internal static class MediaTypes
{
    /// <summary>One JSON value per line.</summary>
    public const string NdJson = "application/x-ndjson";

    /// <summary>Server-Sent Events.</summary>
    public const string EventStream = "text/event-stream";

    /// <summary>True if <c>Content-Type</c> is <paramref name="mediaType"/>, in UTF-8 if it says so at all.</summary>
    public static bool Is(string? contentType, string mediaType) =>
        contentType == mediaType
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset))));

    // "utf8" isn't registered, but nothing else is meant by it, and many send it.
    private static bool IsUtf8(StringSegment charset) =>
        charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase);
}
