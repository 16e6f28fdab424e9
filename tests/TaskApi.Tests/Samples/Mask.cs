using System.Text.RegularExpressions;

namespace TaskApi.Tests.Samples;

/// <summary>Replaces what differs from run to run, so that the rest can be compared.</summary>
internal static partial class Mask
{
    private const int TimeoutMs = 5000;

    /// <summary>Times of day only.</summary>
    public static string TimesOfDay(string text) => TimeOfDay().Replace(text, "HH:MM:SS");

    /// <summary>Ids, instants, times of day, trace ids, dates of answers, and numbers of events.</summary>
    public static string Everything(string text)
    {
        text = Uuid().Replace(text, "UUID");
        text = Instant().Replace(text, "INSTANT");
        text = Trace().Replace(text, "TRACE");
        text = Date().Replace(text, "Date: DATE");
        text = EventNumber().Replace(text, "id: N");
        return TimesOfDay(text);
    }

    [GeneratedRegex(@"\b\d\d:\d\d:\d\d\b", RegexOptions.CultureInvariant, TimeoutMs)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.CultureInvariant, TimeoutMs)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", RegexOptions.CultureInvariant, TimeoutMs)]
    private static partial Regex Instant();

    [GeneratedRegex("(?<=\"traceId\": ?\")[^\"]+", RegexOptions.CultureInvariant, TimeoutMs)]
    private static partial Regex Trace();

    [GeneratedRegex("Date: .*GMT", RegexOptions.CultureInvariant, TimeoutMs)]
    private static partial Regex Date();

    [GeneratedRegex("^id: [0-9]+", RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeoutMs)]
    private static partial Regex EventNumber();
}
