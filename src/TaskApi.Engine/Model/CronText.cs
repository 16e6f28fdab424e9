using System.Globalization;
using Cronos;

namespace TaskApi.Engine.Model;

/// <summary>
/// A cron expression as people write it: five fields, or six with seconds first, or a macro such as <c>@daily</c>. What it means is Cronos'; that a
/// wrong one is told where it is wrong is done here.
/// </summary>
internal static class CronText
{
    /// <summary>The longest, in characters.</summary>
    public const int MaxLength = 512;

    private const string Fields = "5 fields (minute, hour, day of month, month, day of week), or 6 with seconds first";

    private const string Macros = "@yearly, @monthly, @weekly, @daily, @hourly, @every_minute and @every_second";

    // As Cronos names them in what it says of a wrong one.
    private static readonly string[] _names = ["Seconds", "Minutes", "Hours", "Days of month", "Months", "Days of week"];

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="fault">What is wrong with it, as the end of a sentence that begins with its name; null if nothing is.</param>
    /// <returns>Null if it is wrong.</returns>
    public static CronExpression? Parse(string text, out string? fault)
    {
        if (text.Length > MaxLength)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"must have at most {MaxLength} characters.");
            return null;
        }

        var fields = Split(text);
        var isMacro = fields.Count > 0 && fields[0].Text.StartsWith('@');
        fault = isMacro || fields.Count is 5 or 6 ? null : string.Create(CultureInfo.InvariantCulture, $"must have {Fields}; this has {fields.Count}.");
        if (fault is not null) return null;
        try
        {
            return CronExpression.Parse(text, fields.Count == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (MissingSeedException)
        {
            fault = "must not have H: jitterSeconds spreads what would run together.";
        }
        catch (CronFormatException exception)
        {
            fault = isMacro ? $"has no macro '{fields[0].Text}': there are {Macros}." : Locate(fields, exception.Message);
        }

        return null;
    }

    /// <summary>True if an expression names no fixed times of a day: with a star, a range or a step in its seconds, minutes or hours.</summary>
    /// <param name="text">One that is right.</param>
    public static bool IsInterval(string text)
    {
        var fields = Split(text);
        if (fields[0].Text.StartsWith('@')) return fields[0].Text.StartsWith("@every", StringComparison.OrdinalIgnoreCase) || fields[0].Text.Equals("@hourly", StringComparison.OrdinalIgnoreCase);
        return fields.Take(fields.Count - 3).Any(static field => field.Text.AsSpan().ContainsAny("*?-/"));
    }

    // "The given cron expression has an invalid format. Hours: Value must be a number between 0 and 23 (all inclusive)."
    private static string Locate(List<Field> fields, string message)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            var start = message.IndexOf($"{_names[i]}: ", StringComparison.Ordinal);
            var place = fields.Count == 6 ? i : i - 1;
            if (start < 0 || place < 0) continue;
            var rule = message[(start + _names[i].Length + 2)..].Replace(" (all inclusive)", "", StringComparison.Ordinal).TrimEnd('.');
            var (text, at) = fields[place];
            return string.Create(CultureInfo.InvariantCulture, $"is wrong at character {at + 1}, '{text}', the {_names[i].ToLowerInvariant()}: {char.ToLowerInvariant(rule[0])}{rule[1..]}.");
        }

        return $"must have {Fields}.";
    }

    private static List<Field> Split(string text)
    {
        var fields = new List<Field>(6);
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i])) i++;
            fields.Add(new Field(text[start..i], start));
        }

        return fields;
    }

    private readonly record struct Field(string Text, int At);
}
