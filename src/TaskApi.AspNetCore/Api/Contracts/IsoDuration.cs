using System.Buffers;
using System.Globalization;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>
/// Parses ISO 8601 durations of fixed length: weeks, days, hours, minutes and seconds, in this order and each at most once,
/// of which the last may have a fraction after a point or a comma. No years or months, whose length varies, and no sign.
/// </summary>
internal static class IsoDuration
{
    /// <summary>The durations as a regular expression, of which any length will do: for documentation.</summary>
    public const string Pattern = @"^P(?=[0-9T])(?!.*[.,][0-9]+[A-Z]+[0-9])([0-9]+([.,][0-9]+)?W)?([0-9]+([.,][0-9]+)?D)?(T(?=[0-9])([0-9]+([.,][0-9]+)?H)?([0-9]+([.,][0-9]+)?M)?([0-9]+([.,][0-9]+)?S)?)?$";

    // More digits than any duration needs.
    private const int MaxLength = 100;

    private static readonly SearchValues<char> _numberCharacters = SearchValues.Create("0123456789.,");

    /// <summary>The seconds that <paramref name="text"/> stands for; more than a decimal holds counts as its greatest value.</summary>
    public static bool TryParse(string text, out decimal seconds)
    {
        seconds = 0;
        if (text.Length > MaxLength || text is not ['P', ..])
            return false;

        var rest = text.AsSpan(1);
        var units = "WDT";
        var ended = false;
        do
        {
            if (rest is ['T', ..] && units.EndsWith('T'))
            {
                units = "HMS";
                rest = rest[1..];
            }

            var digits = rest.IndexOfAnyExcept(_numberCharacters);
            if (ended || digits <= 0 || !TryParseNumber(rest[..digits], out var number, out ended))
                return false;
            var unit = rest[digits];
            var place = units.IndexOf(unit, StringComparison.Ordinal);
            if (place < 0 || unit == 'T')
                return false;
            seconds = AddCapped(seconds, number, SecondsPer(unit));
            units = units[(place + 1)..];
            rest = rest[(digits + 1)..];
        }
        while (!rest.IsEmpty);

        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out decimal number, out bool hasFraction)
    {
        number = 0;
        Span<char> invariant = stackalloc char[text.Length];
        text.Replace(invariant, ',', '.');
        var point = invariant.IndexOf('.');
        hasFraction = point >= 0;
        // Digits on both sides of the one point there may be.
        if (point == 0 || point == text.Length - 1 || invariant.LastIndexOf('.') != point)
            return false;
        if (!decimal.TryParse(invariant, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
            number = decimal.MaxValue;
        return true;
    }

    private static int SecondsPer(char unit) => unit switch
    {
        'W' => 604_800,
        'D' => 86_400,
        'H' => 3_600,
        'M' => 60,
        _ => 1,
    };

    private static decimal AddCapped(decimal seconds, decimal number, int secondsPer) =>
        number > (decimal.MaxValue - seconds) / secondsPer ? decimal.MaxValue : seconds + (number * secondsPer);
}
