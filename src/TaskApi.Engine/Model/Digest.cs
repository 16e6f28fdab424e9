using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TaskApi.Engine.Model;

/// <summary>A SHA-256: what is kept of keys and bodies, so that the length of neither matters.</summary>
internal readonly record struct Digest(UInt128 High, UInt128 Low)
{
    /// <summary>The digest of a text in UTF-8.</summary>
    public static Digest Of(string text) => Of(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)));

    /// <summary>The digest of bytes.</summary>
    public static Digest Of(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (bytes.IsSingleSegment)
        {
            SHA256.HashData(bytes.FirstSpan, hash);
        }
        else
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var segment in bytes)
                sha.AppendData(segment.Span);
            sha.GetHashAndReset(hash);
        }

        return Read(hash);
    }

    /// <summary>The digest that <see cref="ToBytes"/> wrote.</summary>
    public static Digest Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    /// <summary>Its 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), Low);
        return bytes;
    }
}
