using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskApi.Engine.Configuration;

/// <summary>
/// How times are written in the configuration. .NET reads more than is meant here: <c>24:00:00</c> as 24 days, and <c>60</c> as 60.
/// </summary>
internal static partial class TimeText
{
    /// <summary>The format, as a part of a sentence.</summary>
    public const string Format = "[days.]hours:minutes:seconds, where 01:00:00 is an hour and 1.00:00:00 a day";

    /// <summary>True if the text is a time in <see cref="Format"/>.</summary>
    public static bool IsTime(string? text) => text is not null && Written().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _);

    /// <summary>A time in words, such as <c>10 minutes</c>, in the largest unit of which it is a whole number.</summary>
    public static string Words(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
            return "0";
        var (number, unit) = time switch
        {
            _ when time.Ticks % TimeSpan.TicksPerDay == 0 => (time.Ticks / TimeSpan.TicksPerDay, "day"),
            _ when time.Ticks % TimeSpan.TicksPerHour == 0 => (time.Ticks / TimeSpan.TicksPerHour, "hour"),
            _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => (time.Ticks / TimeSpan.TicksPerMinute, "minute"),
            _ when time.Ticks % TimeSpan.TicksPerSecond == 0 => (time.Ticks / TimeSpan.TicksPerSecond, "second"),
            _ => (time.Ticks / TimeSpan.TicksPerMillisecond, "ms"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 || unit == "ms" ? "" : "s")}");
    }

    [GeneratedRegex(@"^\s*-?([0-9]+\.)?([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]{1,7})?\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
