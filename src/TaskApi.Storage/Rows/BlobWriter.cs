using System.Buffers.Binary;
using System.Text;

namespace TaskApi.Storage.Rows;

/// <summary>Puts values into the bytes of a column, one after the other; <see cref="BlobReader"/> takes them out again. For one caller at a time.</summary>
internal sealed class BlobWriter
{
    private const int MostOfANumber = 10;

    private byte[] _bytes = new byte[256];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Starts anew.</summary>
    public BlobWriter Clear()
    {
        Length = 0;
        return this;
    }

    /// <summary>Small numbers of either sign take a byte.</summary>
    public void Number(long number)
    {
        var space = Ensure(MostOfANumber);
        var (rest, length) = ((ulong)((number << 1) ^ (number >> 63)), 0);
        for (; rest > 0x7F; rest >>= 7) space[length++] = (byte)(rest | 0x80);
        space[length++] = (byte)rest;
        Length += length;
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Ensure(sizeof(double)), value);
        Length += sizeof(double);
    }

    public void Double(double? value)
    {
        Flag(value is not null);
        if (value is { } number) Double(number);
    }

    public void Flag(bool value) => Number(value ? 1 : 0);

    public void Wide(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(Ensure(16), value);
        Length += 16;
    }

    /// <summary>A text, or null.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            Number(-1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Number(length);
        Encoding.UTF8.GetBytes(text, Ensure(length));
        Length += length;
    }

    /// <summary>Bytes whose length the reader knows.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Ensure(bytes.Length));
        Length += bytes.Length;
    }

    public byte[] ToArray() => Written.ToArray();

    private Span<byte> Ensure(int more)
    {
        if (_bytes.Length - Length < more) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
        return _bytes.AsSpan(Length);
    }
}
