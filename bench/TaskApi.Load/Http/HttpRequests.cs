using System.Text;

namespace TaskApi.Load.Http;

/// <summary>Requests as bytes.</summary>
internal static class HttpRequests
{
    /// <summary>A request without a body.</summary>
    public static byte[] Make(string method, string target) => Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    /// <summary>A request with a JSON body.</summary>
    public static byte[] Make(string method, string target, string json) => Encoding.UTF8.GetBytes(
        $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>The head of a request whose NDJSON body follows in chunks.</summary>
    public static byte[] MakeStreamHead(string method, string target) => Encoding.UTF8.GetBytes(
        $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");

    /// <summary>A chunk of a body.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> bytes) => [.. Encoding.ASCII.GetBytes($"{bytes.Length:X}\r\n"), .. bytes, .. "\r\n"u8];

    /// <summary>What ends a body in chunks.</summary>
    public static byte[] LastChunk { get; } = "0\r\n\r\n"u8.ToArray();
}
