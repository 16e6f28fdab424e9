using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.AspNetCore.Http.Streaming;

/// <summary>The format of Server-Sent Events (HTML Standard, section 9.2). What is written here is one line of JSON each, so no data line needs to be split.</summary>
internal static class ServerSentEvents
{
    /// <summary>A comment that keeps a quiet connection alive.</summary>
    public static ReadOnlySpan<byte> Heartbeat => ":\n\n"u8;

    /// <summary>Asks clients to connect again two seconds after they lost the connection, and tells them, before anything has happened, from where they resume then.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="id">The number of the last event before the stream; null for none.</param>
    public static void WriteBegin(IBufferWriter<byte> target, long? id)
    {
        target.Write("retry: 2000\n"u8);
        if (id is { } number)
            WriteId(target, number);
        target.Write(": open\n\n"u8);
    }

    /// <summary>Writes one event.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="id">Its number, from which a client resumes; null for none.</param>
    /// <param name="name">Its name: no line ends.</param>
    /// <param name="data">Its data.</param>
    /// <param name="typeInfo">How the data is written.</param>
    /// <param name="json">Writes the data.</param>
    public static void Write<T>(IBufferWriter<byte> target, long? id, ReadOnlySpan<byte> name, T data, JsonTypeInfo<T> typeInfo, JsonStreamWriter json)
    {
        if (id is { } number)
            WriteId(target, number);
        target.Write("event: "u8);
        target.Write(name);
        target.Write("\ndata: "u8);
        json.Write(target, data, typeInfo);
        target.Write("\n\n"u8);
    }

    /// <summary>The names of the values of an enum, as events have them: those that they have in JSON.</summary>
    public static byte[][] Names<TEnum>()
        where TEnum : struct, Enum =>
        Array.ConvertAll(Enum.GetNames<TEnum>(), static name => System.Text.Encoding.ASCII.GetBytes(JsonNamingPolicy.CamelCase.ConvertName(name)));

    private static void WriteId(IBufferWriter<byte> target, long number)
    {
        target.Write("id: "u8);
        Span<byte> digits = stackalloc byte[20];
        var written = Utf8Formatter.TryFormat(number, digits, out var length);
        Debug.Assert(written);
        target.Write(digits[..length]);
        target.Write("\n"u8);
    }
}
