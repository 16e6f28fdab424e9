using System.Buffers;

namespace TaskApi.Engine.Model;

/// <summary>The types of task: how they are named, and those that have a meaning of their own.</summary>
internal static class WorkTypes
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The characters of a name, as a regular expression: for documentation.</summary>
    public const string Pattern = "^[A-Za-z][A-Za-z0-9._-]*$";

    /// <summary>What is no type: a task with a message has none.</summary>
    public const string Message = "message";

    /// <summary>Calls a URL.</summary>
    public const string Http = "http";

    /// <summary>Waits for other tasks.</summary>
    public const string Gather = "gather";

    /// <summary>Has no coroutine: somebody sets its result.</summary>
    public const string Future = "future";

    private static readonly SearchValues<char> _characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>True for the types that the service runs itself.</summary>
    // None of them does anything yet: a storage refuses them (AnswerStatus.TypeReserved).
    public static bool IsBuiltIn(string type) => type is Http or Gather or Future;

    /// <summary>True for what can be a type.</summary>
    public static bool IsName(string text) => text != Message && IsWellFormed(text);

    /// <summary>True for a letter and up to 127 more of the characters that a type may have.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length is > 0 and <= MaxLength && char.IsAsciiLetter(text[0]) && !text.AsSpan().ContainsAnyExcept(_characters);
}
