using System.Buffers.Binary;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// The first hundred bytes of a database file (the SQLite file format, section 1.3), read without SQLite: what isn't ours is refused
/// before anything can write to it.
/// </summary>
internal static class SqliteHeader
{
    /// <summary>Says whose file it is: "Task", at offset 68.</summary>
    public const int ApplicationId = 0x5461_736B;

    private const int Length = 100;

    /// <summary>Why the file can't be used, as the end of a sentence that begins with its path; null if it can be, or isn't there yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="newestVersion">The newest schema that this program knows.</param>
    public static string? FindFault(string path, int newestVersion)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0) return null;
        Span<byte> header = stackalloc byte[Length];
        using (var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            if (stream.ReadAtLeast(header, Length, throwOnEndOfStream: false) < Length) return "is not a database: it is too short.";

        if (!header.StartsWith("SQLite format 3\0"u8)) return "is not a database, or its beginning is damaged.";
        if (Read(header, 68) != ApplicationId) return "is a database of another program.";
        if (Read(header, 60) > newestVersion) return $"was written by a newer version of this program (schema {Read(header, 60)}; this one knows up to {newestVersion}).";

        // Pages that a crash kept from the file are still in the log beside it.
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var size && size == 1 ? 65_536 : size;
        var log = new FileInfo(path + "-wal");
        var isComplete = file.Length >= (long)pageSize * (uint)Read(header, 28) || (log.Exists && log.Length > 0);
        return isComplete ? null : "is damaged: a part of it is missing.";
    }

    private static int Read(ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadInt32BigEndian(header[offset..]);
}
