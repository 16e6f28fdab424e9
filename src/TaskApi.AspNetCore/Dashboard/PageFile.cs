using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TaskApi.AspNetCore.Dashboard;

/// <summary>A file of the dashboard: as it is, and compressed once somebody accepts that. Each form has an entity tag of its own (RFC 9110, section 8.8.1). Thread-safe.</summary>
internal sealed class PageFile
{
    // Scripts and styles are files, and nothing comes from or goes to another host. No script may make HTML of text.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private readonly Form _plain;
    // The preferred one first.
    private readonly (string Coding, Lazy<Form> Form)[] _compressed;

    /// <summary>Takes a file.</summary>
    /// <param name="content">What is in it.</param>
    /// <param name="mediaType">Its media type.</param>
    public PageFile(byte[] content, string mediaType)
    {
        var tag = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        MediaType = mediaType;
        _plain = new(content, Coding: null, Tag(tag));
        _compressed =
        [
            ("br", new(() => Compress("br", static (output, level) => new BrotliStream(output, level)))),
            ("gzip", new(() => Compress("gzip", static (output, level) => new GZipStream(output, level)))),
        ];

        Form Compress(string coding, Func<Stream, CompressionLevel, Stream> open)
        {
            var output = new MemoryStream();
            using (var compressing = open(output, CompressionLevel.SmallestSize))
                compressing.Write(content);
            return new(output.ToArray(), coding, Tag($"{tag}-{coding}"));
        }
    }

    /// <summary>Its media type.</summary>
    public string MediaType { get; }

    /// <summary>Sends it, or says that the caller has it already.</summary>
    public Task SendAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        var form = Choose(context.Request.Headers.AcceptEncoding);
        // Kept by browsers, but asked about each time: an update is seen at once, and costs a 304 until then.
        headers.CacheControl = "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        if (form.Coding is not null)
            headers.ContentEncoding = form.Coding;
        return TypedResults.Bytes(form.Content, MediaType, entityTag: form.Tag).ExecuteAsync(context);
    }

    // What isn't named is not wanted: whoever would take anything has no use for a compressed form.
    private Form Choose(StringValues accepted)
    {
        if (accepted.Count == 0 || !StringWithQualityHeaderValue.TryParseList(accepted, out var codings))
            return _plain;
        var (best, liking) = (_plain, 0d);
        foreach (var (coding, compressed) in _compressed)
        {
            var quality = codings.Where(accepted => accepted.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)).Select(static accepted => accepted.Quality ?? 1).FirstOrDefault();
            if (quality > liking && compressed.Value.Content.Length < _plain.Content.Length)
                (best, liking) = (compressed.Value, quality);
        }

        return best;
    }

    private static EntityTagHeaderValue Tag(string text) => new($"\"{text}\"");

    private sealed record Form(byte[] Content, string? Coding, EntityTagHeaderValue Tag);
}
