using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TaskApi.Engine.Memory;

/// <summary>What nobody can guess of a lease's token: 128 bits from the system's cryptographic source, some kilobytes at a time. Not thread-safe.</summary>
internal sealed class LeaseSecrets
{
    private readonly UInt128[] _buffer = new UInt128[256];
    private int _next = 256;

    /// <summary>128 random bits.</summary>
    public UInt128 Next()
    {
        if (_next == _buffer.Length)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_buffer.AsSpan()));
            _next = 0;
        }

        return _buffer[_next++];
    }
}
