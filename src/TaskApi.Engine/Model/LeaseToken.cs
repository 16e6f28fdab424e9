using System.Buffers.Binary;
using System.Buffers.Text;

namespace TaskApi.Engine.Model;

/// <summary>
/// What whoever runs an attempt shows to prove it: good for that attempt of that task alone. Nobody can guess it: 128 bits of it are random. As
/// text it has 48 characters that need no escaping anywhere (base64url).
/// </summary>
/// <param name="Task">The task.</param>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="Secret">Random.</param>
internal readonly record struct LeaseToken(Guid Task, int Attempt, UInt128 Secret)
{
    private const int Size = 36;

    /// <summary>The token as workers see it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Task.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], Attempt);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[20..], Secret);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token. False for what can't be one: it is no attempt's.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="token">The token; the default, which is no attempt's either, if there is none.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out LeaseToken token)
    {
        token = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != Size / 3 * 4 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != Size) return false;
        token = new LeaseToken(new Guid(bytes[..16], bigEndian: true), BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt128BigEndian(bytes[20..]));
        return true;
    }
}
