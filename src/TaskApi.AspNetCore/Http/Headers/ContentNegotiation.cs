using System.Net.Mime;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>Chooses among the media types that a route can answer in (RFC 9110, section 12.5.1).</summary>
internal static class ContentNegotiation
{
    /// <summary>
    /// The index of the type in <paramref name="offered"/> that the client likes best; -1 if it accepts none. Of types liked
    /// equally the one asked for most precisely is taken, then the one named first, then the one offered first.
    /// </summary>
    /// <param name="accept">The <c>Accept</c> header; absent or unreadable, everything is acceptable. Parameters but q are ignored.</param>
    /// <param name="offered">Media types without parameters, the preferred one first.</param>
    public static int Choose(StringValues accept, ReadOnlySpan<string> offered)
    {
        if (StringValues.IsNullOrEmpty(accept) || accept == "*/*" || accept == offered[0])
            return 0;
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges) || ranges.Count == 0)
            return 0;

        var best = -1;
        (double Quality, int Precision, int Place) liking = default;
        for (var i = 0; i < offered.Length; i++)
        {
            var candidate = Judge(ranges, offered[i]);
            if (candidate.Quality > 0 && candidate.CompareTo(liking) > 0)
                (best, liking) = (i, candidate);
        }

        return best;
    }

    // The most precise range that covers the type decides about its quality.
    private static (double Quality, int Precision, int Place) Judge(IList<MediaTypeHeaderValue> ranges, string mediaType)
    {
        (double Quality, int Precision, int Place) verdict = (0, -1, 0);
        for (var i = 0; i < ranges.Count; i++)
        {
            var precision = Precision(ranges[i], mediaType);
            if (precision > verdict.Precision)
                verdict = (ranges[i].Quality ?? 1, precision, -i);
        }

        return verdict;
    }

    private static int Precision(MediaTypeHeaderValue range, string mediaType)
    {
        if (range.MatchesAllTypes)
            return 0;
        if (range.MatchesAllSubTypes)
            return mediaType.AsSpan(0, mediaType.IndexOf('/')).Equals(range.Type, StringComparison.OrdinalIgnoreCase) ? 1 : -1;
        return range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) ? 2 : -1;
    }
}

/// <summary>The media types that a route answers in when all goes well.</summary>
internal sealed class OfferedMedia(params string[] types)
{
    /// <summary>What a route offers that says nothing else.</summary>
    public static readonly OfferedMedia Json = new(MediaTypeNames.Application.Json);

    /// <summary>What a route offers that only refuses: its answer is the same whatever is accepted.</summary>
    public static readonly OfferedMedia None = new();

    /// <summary>The preferred one first.</summary>
    public string[] Types => types;
}
