using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TaskApi.Rules;

/// <summary>How long a text may be, and of which characters.</summary>
internal sealed class TextRule : FieldRule
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string LoneSurrogate = "must not have a lone surrogate.";

    private readonly SearchValues<char>? _characters;
    private readonly bool _countsUnits;
    private readonly bool _needsLetter;

    private TextRule(int least, int most, string allowed, string fault, bool countsUnits = false)
        : base(allowed, fault) => (MinLength, MaxLength, _countsUnits) = (least, most, countsUnits);

    private TextRule(int most, string characters, string allowed, string fault, bool needsLetter)
        : this(1, most, allowed, fault) => (_characters, _needsLetter) = (SearchValues.Create(characters), needsLetter);

    /// <summary>The fewest characters.</summary>
    public int MinLength { get; }

    /// <summary>The most characters.</summary>
    public int MaxLength { get; }

    /// <summary>Its characters as a regular expression (ECMA-262); null if it may have any.</summary>
    public string? Pattern { get; private init; }

    /// <summary>Any text of so many UTF-16 units.</summary>
    public static TextRule Units(int least, int most) => new(
        least, most, string.Create(CultureInfo.InvariantCulture, $"{least} to {most:N0} UTF-16 units of any text but lone surrogates"),
        string.Create(CultureInfo.InvariantCulture, $"must have {least} to {most} UTF-16 units."), countsUnits: true);

    /// <summary>Any text of so many characters: one outside the basic plane is two units but one character.</summary>
    public static TextRule Characters(int least, int most)
    {
        var count = least == 0 ? string.Create(CultureInfo.InvariantCulture, $"{most:N0} characters") : string.Create(CultureInfo.InvariantCulture, $"{least} to {most:N0} characters");
        return new(least, most, least == 0 ? $"up to {count}" : count, $"must have {(least == 0 ? "at most " : "")}{count}.");
    }

    /// <summary>What groups, queues and keys are named by.</summary>
    public static TextRule Label(int most)
    {
        var allowed = string.Create(CultureInfo.InvariantCulture, $"1 to {most} of the characters A-Z a-z 0-9 . _ : -");
        return new(most, LettersAndDigits + "._:-", allowed, "must have " + allowed, needsLetter: false) { Pattern = "^[A-Za-z0-9._:-]+$" };
    }

    /// <summary>What types are named by: a letter comes first.</summary>
    public static TextRule Identifier(int most)
    {
        var allowed = string.Create(CultureInfo.InvariantCulture, $"a letter, then up to {most - 1} of the characters A-Z a-z 0-9 . _ -");
        var fault = string.Create(CultureInfo.InvariantCulture, $"must begin with a letter and have at most {most} of the characters A-Z a-z 0-9 . _ -");
        return new(most, LettersAndDigits + "._-", allowed, fault, needsLetter: true) { Pattern = "^[A-Za-z][A-Za-z0-9._-]*$" };
    }

    /// <summary>True for a text that is allowed.</summary>
    public bool Allows(string text) => FaultIn(text) is null;

    /// <summary>What is wrong with a text, as <see cref="FieldRule.Fault"/> is said; null for nothing.</summary>
    public string? FaultIn(string text)
    {
        if (text.Length < MinLength || (text.Length > MaxLength && (_countsUnits || _characters is not null || IsLonger(text))))
            return Fault;
        if (_characters is not null)
            return text.AsSpan().ContainsAnyExcept(_characters) || (_needsLetter && !char.IsAsciiLetter(text[0])) ? Fault : null;
        return HasLoneSurrogate(text) ? LoneSurrogate : null;
    }

    /// <summary>A text of at most so many UTF-16 units; what is longer is cut, but never between the two halves of a character.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text, int length) =>
        text is null || text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private bool IsLonger(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            if (++count > MaxLength) return true;
        }

        return false;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }

        return false;
    }
}
