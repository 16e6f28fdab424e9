using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Primitives;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Streaming;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>An answer, kept to be given again byte for byte: status, headers and body. Immutable.</summary>
internal sealed class IdempotentAnswer
{
    // The answer to a batch is the same names over and over; that to one task isn't worth the time.
    private const int CompressedFrom = 16 << 10;
    private const int Quality = 1;
    private const int Window = 22;
    private const int Fixed = 3 * sizeof(int);

    private readonly int _status;
    private readonly byte[] _head;
    private readonly byte[] _body;
    private readonly int _bodyLength;

    /// <param name="status">The status.</param>
    /// <param name="headers">The headers, but for those that every answer has.</param>
    /// <param name="body">The body.</param>
    public IdempotentAnswer(int status, IEnumerable<KeyValuePair<string, StringValues>> headers, ReadOnlySpan<byte> body)
    {
        _status = status;
        _head = Encoding.UTF8.GetBytes(string.Concat(headers.Select(static header => $"{header.Key}:{header.Value}\n")));
        _bodyLength = body.Length;
        _body = Pack(body);
    }

    private IdempotentAnswer(int status, byte[] head, byte[] body, int bodyLength) => (_status, _head, _body, _bodyLength) = (status, head, body, bodyLength);

    /// <summary>What it takes in bytes.</summary>
    public int Bytes => _head.Length + _body.Length;

    /// <summary>The answer that <see cref="ToBytes"/> wrote.</summary>
    public static IdempotentAnswer Read(ReadOnlySpan<byte> bytes)
    {
        var headEnd = Fixed + BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(int)..]);
        return new(
            BinaryPrimitives.ReadInt32LittleEndian(bytes), bytes[Fixed..headEnd].ToArray(), bytes[headEnd..].ToArray(), BinaryPrimitives.ReadInt32LittleEndian(bytes[(2 * sizeof(int))..]));
    }

    /// <summary>All of it, to be kept elsewhere: status, length of the head and of the body, each of four bytes, head and body.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Fixed + _head.Length + _body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, _status);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), _head.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2 * sizeof(int)), _bodyLength);
        _head.CopyTo(bytes, Fixed);
        _body.CopyTo(bytes, Fixed + _head.Length);
        return bytes;
    }

    /// <summary>Gives the answer, as one that was given before.</summary>
    public Task ReplayAsync(HttpContext context)
    {
        if (_bodyLength > SendingExtensions.ChunkBytes && CallMemoryLease.Of(context).TryAdd(_bodyLength) is { } refusal)
            return refusal.ExecuteAsync(context);
        context.Response.Headers["Idempotency-Replayed"] = "true";
        return WriteAsync(context);
    }

    /// <summary>Gives the answer to the attempt under way, which counts what it takes before it is sent.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = _status;
        foreach (var line in Encoding.UTF8.GetString(_head).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':');
            response.Headers[line[..colon]] = line[(colon + 1)..];
        }

        if (response.Headers.Location is { Count: > 0 } location)
            response.Headers.Location = $"{response.HttpContext.Request.PathBase.ToUriComponent()}{location}";
        response.ContentLength = _bodyLength;
        return context.SendAsync(Unpack(), context.RequestAborted);
    }

    private static byte[] Pack(ReadOnlySpan<byte> body)
    {
        if (body.Length < CompressedFrom)
            return body.ToArray();
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(body.Length)];
        return BrotliEncoder.TryCompress(body, packed, out var length, Quality, Window) && length < body.Length ? packed[..length] : body.ToArray();
    }

    private ReadOnlyMemory<byte> Unpack()
    {
        if (_body.Length == _bodyLength)
            return _body;
        var body = new byte[_bodyLength];
        return BrotliDecoder.TryDecompress(_body, body, out var length) && length == _bodyLength
            ? body
            : throw new InvalidOperationException("A kept answer can't be unpacked.");
    }
}
