using System.Buffers;

namespace TaskApi.Engine.Model;

/// <summary>What groups, queues and keys are named by.</summary>
internal static class TaskLabel
{
    /// <summary>The longest, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The characters, as a regular expression: for documentation.</summary>
    public const string Pattern = "^[A-Za-z0-9._:-]+$";

    /// <summary>The rule, as the end of a sentence that begins with what is named.</summary>
    public const string Rule = "must have 1 to 128 of the characters A-Z a-z 0-9 . _ : -";

    private static readonly SearchValues<char> _characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>True for what can be one.</summary>
    public static bool IsWellFormed(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(_characters);
}
