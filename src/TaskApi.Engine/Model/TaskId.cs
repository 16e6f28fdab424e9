using System.Buffers.Binary;

namespace TaskApi.Engine.Model;

/// <summary>
/// What is inside a task's id, a UUID v7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then, where the RFC leaves 74 bits to
/// the maker, 44 bits of the task's sequence number and 30 random bits. So ids sort in creation order, a look-up needs no
/// hash table, and an id can't be guessed from its neighbour or mistaken for one of an earlier run.
/// </summary>
/// <param name="Time">Unix milliseconds, 48 bits.</param>
/// <param name="Sequence">1 to 2^44 - 1.</param>
/// <param name="Nonce">Random, 30 bits.</param>
internal readonly record struct TaskId(long Time, long Sequence, uint Nonce)
{
    /// <summary>The bits of <see cref="Nonce"/> that count.</summary>
    public const uint NonceMask = (1u << 30) - 1;

    private const ulong SevenInVersion = 0x7000;
    private const ulong VariantBits = 0x8000_0000_0000_0000;

    /// <summary>The id as clients see it.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        var high = ((ulong)Time << 16) | SevenInVersion | ((ulong)Sequence >> 32);
        var low = VariantBits | ((ulong)(uint)Sequence << 30) | Nonce;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Takes an id apart; false if it isn't a UUID v7.</summary>
    public static bool TryParse(Guid guid, out TaskId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var sequence = (long)(((high & 0xFFF) << 32) | ((low >> 30) & 0xFFFF_FFFF));
        id = new TaskId((long)(high >> 16), sequence, (uint)low & NonceMask);
        return (high & 0xF000) == SevenInVersion && low >> 62 == 0b10;
    }
}
