using Microsoft.Extensions.Primitives;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>
/// Reads the <c>Idempotency-Key</c> header (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible ASCII characters,
/// bare or as a quoted string (RFC 8941, section 3.3.3), which is the same key either way.
/// </summary>
internal static class IdempotencyKeyHeader
{
    /// <summary>The header's name.</summary>
    public const string Name = "Idempotency-Key";

    /// <summary>The rule, as the end of a sentence that begins with the header's name.</summary>
    public const string Rule = "must be given once, as 1 to 255 visible ASCII characters, bare or as a quoted string.";

    private const int MaxLength = 255;

    /// <summary>The key without its quotes; false if the header's lines don't make one.</summary>
    public static bool TryParse(StringValues header, out string key)
    {
        key = "";
        var text = header.Count == 1 ? header[0].AsSpan().Trim(" \t") : default;
        return text is ['"', ..] ? TryUnquote(text[1..], out key) : TryTake(text, out key);
    }

    // Only the quote and the backslash may, and must, be escaped.
    private static bool TryUnquote(ReadOnlySpan<char> rest, out string key)
    {
        Span<char> plain = stackalloc char[MaxLength];
        var length = 0;
        key = "";
        while (!rest.IsEmpty && rest[0] != '"')
        {
            if (rest[0] == '\\')
            {
                rest = rest[1..];
                if (rest is not ['"' or '\\', ..])
                    return false;
            }

            if (length == MaxLength)
                return false;
            plain[length++] = rest[0];
            rest = rest[1..];
        }

        return rest is ['"'] && TryTake(plain[..length], out key);
    }

    private static bool TryTake(ReadOnlySpan<char> text, out string key)
    {
        var isKey = text.Length is >= 1 and <= MaxLength && !text.ContainsAnyExceptInRange('!', '~');
        key = isKey ? text.ToString() : "";
        return isKey;
    }
}
