using System.Buffers.Binary;

namespace TaskApi.Storage.Rows;

/// <summary>How far the running again of many tasks has come, as it is kept with its call.</summary>
/// <param name="Since">When it began, in Unix milliseconds: what was created later is none of those.</param>
/// <param name="Created">How many there are anew.</param>
internal readonly record struct RerunProgress(long Since, long Created)
{
    private const int Length = 2 * sizeof(long);

    /// <summary>What <see cref="ToBytes"/> wrote; of the versions that kept nothing: it has just begun.</summary>
    public static RerunProgress Read(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]))
        : new(Since: long.MaxValue, Created: 0);

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Since);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), Created);
        return bytes;
    }
}
