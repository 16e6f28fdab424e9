using Microsoft.Extensions.Primitives;

namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>Reads the <c>Prefer</c> header (RFC 7240).</summary>
internal static class Preferences
{
    /// <summary>
    /// Finds the <c>wait</c> preference: a whole number of seconds, bare or quoted. Several headers count as one; of several
    /// waits the first counts; what is malformed is ignored, as the RFC wants it.
    /// </summary>
    /// <param name="prefer">The header's lines.</param>
    /// <param name="seconds">From 0; a number too large for it becomes its greatest value.</param>
    public static bool TryGetWait(StringValues prefer, out int seconds)
    {
        foreach (var line in prefer)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                var preference = TakeUpTo(ref rest, ',');
                var pair = TakeUpTo(ref preference, ';');
                var equals = pair.IndexOf('=');
                if (equals > 0 && pair[..equals].Trim(" \t").Equals("wait", StringComparison.OrdinalIgnoreCase)
                    && TryParseSeconds(Unquote(pair[(equals + 1)..].Trim(" \t")), out seconds))
                {
                    return true;
                }
            }
        }

        seconds = 0;
        return false;
    }

    // Up to a separator that stands outside quotes; the separator is dropped.
    private static ReadOnlySpan<char> TakeUpTo(ref ReadOnlySpan<char> rest, char separator)
    {
        var quoted = false;
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '"')
                quoted = !quoted;
            else if (rest[i] == '\\' && quoted)
                i++;
            else if (rest[i] == separator && !quoted)
            {
                var taken = rest[..i];
                rest = rest[(i + 1)..];
                return taken;
            }
        }

        var last = rest;
        rest = default;
        return last;
    }

    private static ReadOnlySpan<char> Unquote(ReadOnlySpan<char> word) => word is ['"', .. var inside, '"'] ? inside : word;

    private static bool TryParseSeconds(ReadOnlySpan<char> text, out int seconds)
    {
        seconds = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            seconds = (int)Math.Min(int.MaxValue, (seconds * 10L) + (c - '0'));
        }

        return !text.IsEmpty;
    }
}
