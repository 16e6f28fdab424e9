using System.Buffers;
using System.Buffers.Text;

namespace TaskApi.AspNetCore.Api;

/// <summary>Task ids as they stand in paths, bodies and cursors.</summary>
internal static class IdText
{
    private const int Length = 36;
    private const int CursorLength = 22;

    /// <summary>Parses an id: a UUID with hyphens, in either case. A malformed one is treated as unknown.</summary>
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text?.Length == Length && Guid.TryParseExact(text, "D", out id);
    }

    /// <summary>A cursor that goes on after <paramref name="id"/>: nothing for clients to read or make.</summary>
    public static string ToCursor(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor that <see cref="ToCursor"/> made.</summary>
    public static bool TryParseCursor(string text, out Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id = default;
        if (text.Length != CursorLength || Base64Url.DecodeFromChars(text, bytes, out _, out _) != OperationStatus.Done)
            return false;
        id = new(bytes, bigEndian: true);
        return id.Version == 7 && ToCursor(id) == text;
    }
}
