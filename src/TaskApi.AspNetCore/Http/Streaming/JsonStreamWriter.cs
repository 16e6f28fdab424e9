using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Http.Streaming;

/// <summary>Writes one JSON value after the other into a buffer, as this service writes JSON, reusing what that takes. For one caller at a time.</summary>
internal sealed class JsonStreamWriter : IDisposable
{
    private static readonly ArrayBufferWriter<byte> _nowhere = new();

    private readonly JsonSerializerOptions _options;
    private readonly Utf8JsonWriter _writer;

    public JsonStreamWriter(IOptions<ApiJsonOptions> options)
    {
        _options = options.Value.SerializerOptions;
        _writer = new Utf8JsonWriter(_nowhere, new JsonWriterOptions { Encoder = _options.Encoder, SkipValidation = true });
    }

    /// <summary>How a type of the service's contracts is written.</summary>
    public JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));

    /// <summary>Writes a value: never with a line end in it.</summary>
    public void Write<T>(IBufferWriter<byte> target, T value, JsonTypeInfo<T> typeInfo)
    {
        _writer.Reset(target);
        JsonSerializer.Serialize(_writer, value, typeInfo);
        _writer.Flush();
    }

    /// <summary>Writes a value as a line of NDJSON.</summary>
    public void WriteLine<T>(IBufferWriter<byte> target, T value, JsonTypeInfo<T> typeInfo)
    {
        Write(target, value, typeInfo);
        target.Write("\n"u8);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
