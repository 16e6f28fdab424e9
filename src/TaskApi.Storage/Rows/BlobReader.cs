using System.Buffers.Binary;
using System.Text;

namespace TaskApi.Storage.Rows;

/// <summary>Takes out what <see cref="BlobWriter"/> has put into the bytes of a column, in the same order.</summary>
/// <param name="bytes">The column.</param>
internal ref struct BlobReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>What has not been taken yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public long Number()
    {
        var (rest, i) = (0UL, 0);
        for (; _rest[i] > 0x7F; i++) rest |= (_rest[i] & 0x7FUL) << (7 * i);
        rest |= (ulong)_rest[i] << (7 * i);
        _rest = _rest[(i + 1)..];
        return (long)(rest >> 1) ^ -(long)(rest & 1);
    }

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(sizeof(double)));

    public double? DoubleOrNull() => Flag() ? Double() : null;

    public bool Flag() => Number() != 0;

    public UInt128 Wide() => BinaryPrimitives.ReadUInt128LittleEndian(Bytes(16));

    public string? Text() => Number() is var length and >= 0 ? Encoding.UTF8.GetString(Bytes((int)length)) : null;

    public ReadOnlySpan<byte> Bytes(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
