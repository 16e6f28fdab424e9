using System.Buffers;
using System.Buffers.Text;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>Task ids as they stand in paths, bodies and cursors.</summary>
internal static class IdText
{
    private const int Length = 36;
    private const int CursorLength = 22;

    // Where a UUID has its version, which tells cursors apart: 8 is for whatever one likes (RFC 9562, 5.8).
    private const int VersionAt = 6;
    private const int IdVersion = 7;
    private const int ByDueVersion = 8;

    /// <summary>Parses an id: a UUID with hyphens, in either case. A malformed one is treated as unknown.</summary>
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        // Parts that begin with a sign or with 0x are ids to .NET, and to nobody else.
        return text?.Length == Length && !text.AsSpan().ContainsAny('+', 'x', 'X') && Guid.TryParseExact(text, "D", out id);
    }

    /// <summary>A cursor that goes on after <paramref name="id"/>: nothing for clients to read or make.</summary>
    /// <param name="id">The place.</param>
    /// <param name="byDue">True if it is one among tasks that are sorted by due time: it means nothing where they aren't.</param>
    public static string ToCursor(Guid id, bool byDue = false)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        if (byDue)
            SetVersion(bytes, ByDueVersion);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor that <see cref="ToCursor"/> made.</summary>
    public static bool TryParseCursor(string text, out Guid id, out bool byDue)
    {
        Span<byte> bytes = stackalloc byte[16];
        (id, byDue) = (default, false);
        if (text.Length != CursorLength || Base64Url.DecodeFromChars(text, bytes, out _, out _) != OperationStatus.Done)
            return false;
        byDue = bytes[VersionAt] >> 4 == ByDueVersion;
        if (byDue)
            SetVersion(bytes, IdVersion);
        id = new(bytes, bigEndian: true);
        return id.Version == IdVersion && ToCursor(id, byDue) == text;
    }

    private static void SetVersion(Span<byte> bytes, int version) => bytes[VersionAt] = (byte)((version << 4) | (bytes[VersionAt] & 0xF));
}
