using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TaskApi.Engine.Model;

/// <summary>Random values from the system's cryptographic source, 256 at a time: a call for each would cost more than what it is for. Not thread-safe.</summary>
/// <typeparam name="T">A number of any size, all of whose bits are random.</typeparam>
internal sealed class RandomSource<T> where T : unmanaged
{
    private readonly T[] _buffer = new T[256];
    private int _next = 256;

    /// <summary>Random bits.</summary>
    public T Next()
    {
        if (_next == _buffer.Length)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_buffer.AsSpan()));
            _next = 0;
        }

        return _buffer[_next++];
    }
}
