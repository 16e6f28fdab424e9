using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TaskApi.Engine.Model;

/// <summary>The random bits of ids, from the system's cryptographic source, a kilobyte at a time. Not thread-safe.</summary>
internal sealed class TaskNonces
{
    private readonly uint[] _buffer = new uint[256];
    private int _next = 256;

    /// <summary>30 random bits.</summary>
    public uint Next()
    {
        if (_next == _buffer.Length)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_buffer.AsSpan()));
            _next = 0;
        }

        return _buffer[_next++] & TaskId.NonceMask;
    }
}
