using System.Globalization;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The rules for texts that clients give, whether in a body or in a query. Each notes what is broken, under the field's name.</summary>
internal static class TextRules
{
    public const int MaxMessageLength = 4096;
    public const int MaxNameLength = 128;
    public const int MaxReasonLength = 256;

    /// <summary>1 to 4,096 UTF-16 units, no lone surrogates.</summary>
    public static void CheckMessage(string message, FieldPath path, FieldErrors errors)
    {
        if (message.Length is 0 or > MaxMessageLength)
            errors.Add(path, "message", string.Create(CultureInfo.InvariantCulture, $"must have 1 to {MaxMessageLength} UTF-16 units."));
        CheckSurrogates(message, path, "message", errors);
    }

    /// <summary>Null, or 1 to 128 characters.</summary>
    public static void CheckName(string? name, FieldPath path, FieldErrors errors)
    {
        if (name is null)
            return;
        if (name.Length == 0 || IsLonger(name, MaxNameLength))
            errors.Add(path, "name", string.Create(CultureInfo.InvariantCulture, $"must have 1 to {MaxNameLength} characters."));
        CheckSurrogates(name, path, "name", errors);
    }

    /// <summary>Null, or what a group, a queue or a key can be: <see cref="TaskLabel"/>.</summary>
    public static void CheckLabel(string? label, string field, FieldPath path, FieldErrors errors)
    {
        if (label is not null && !TaskLabel.IsWellFormed(label))
            errors.Add(path, field, TaskLabel.Rule);
    }

    /// <summary>Null, or up to 256 characters.</summary>
    public static void CheckReason(string? reason, FieldErrors errors)
    {
        if (reason is null)
            return;
        if (IsLonger(reason, MaxReasonLength))
            errors.Add("reason", string.Create(CultureInfo.InvariantCulture, $"must have at most {MaxReasonLength} characters."));
        CheckSurrogates(reason, FieldPath.Root, "reason", errors);
    }

    /// <summary>True if a text has more than so many characters: one outside the basic plane is two units but one character.</summary>
    public static bool IsLonger(string text, int characters)
    {
        if (text.Length <= characters)
            return false;
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            if (++count > characters)
                return true;
        }

        return false;
    }

    private static void CheckSurrogates(string text, FieldPath path, string field, FieldErrors errors)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                errors.Add(path, field, "must not have a lone surrogate.");
                return;
            }

            i++;
        }
    }
}
