using System.Buffers;
using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>
/// The answer <c>200</c> with a JSON value and its length. What is small is sent in one piece: no asynchronous serialization and
/// no chunks, which is what most of the time would go into. What is large counts as memory, and is sent as it is read.
/// </summary>
internal sealed class OkJson<T>(T value) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult, IValueHttpResult<T>
{
    /// <inheritdoc/>
    public T Value => value;

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => JsonResults.Describe<T>(builder, StatusCodes.Status200OK);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => JsonResults.WriteAsync(httpContext, StatusCodes.Status200OK, value);
}

/// <summary>The answer <c>202</c>, else like <see cref="OkJson{T}"/>.</summary>
internal sealed class AcceptedJson<T>(T value) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult, IValueHttpResult<T>
{
    /// <inheritdoc/>
    public T Value => value;

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status202Accepted;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => JsonResults.Describe<T>(builder, StatusCodes.Status202Accepted);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => JsonResults.WriteAsync(httpContext, StatusCodes.Status202Accepted, value);
}

/// <summary>The answer <c>201</c>, else like <see cref="OkJson{T}"/>.</summary>
internal sealed class CreatedJson<T>(T value) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult, IValueHttpResult<T>
{
    /// <inheritdoc/>
    public T Value => value;

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status201Created;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => JsonResults.Describe<T>(builder, StatusCodes.Status201Created);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => JsonResults.WriteAsync(httpContext, StatusCodes.Status201Created, value);
}

/// <summary>Writes answers that are one JSON value.</summary>
internal static class JsonResults
{
    // A message is 4,096 UTF-16 units at most and stands in an answer twice at most: nearly every answer fits.
    private const int KeptBytes = 64 << 10;

    /// <summary>The media type that answers with JSON have, unless they are problems.</summary>
    public const string MediaType = "application/json; charset=utf-8";

    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>An answer <c>200</c>.</summary>
    public static OkJson<T> Ok<T>(T value) => new(value);

    /// <summary>An answer <c>201</c>.</summary>
    public static CreatedJson<T> Created<T>(T value) => new(value);

    /// <summary>An answer <c>202</c>.</summary>
    public static AcceptedJson<T> Accepted<T>(T value) => new(value);

    /// <summary>Tells the API description of the answer.</summary>
    public static void Describe<T>(EndpointBuilder builder, int status) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(T), [MediaTypeNames.Application.Json]));

    /// <summary>Answers with <paramref name="value"/>.</summary>
    public static Task WriteAsync<T>(HttpContext context, int status, T value, string mediaType = MediaType)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<ApiJsonOptions>>().Value.SerializerOptions;
        var scratch = _scratch ?? new Scratch();
        _scratch = null;
        var json = scratch.Write(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

        if (json.Length > ILargeAnswers.From)
            return context.RequestServices.GetRequiredService<ILargeAnswers>().SendAsync(context, status, mediaType, json, scratch.Capacity);

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        // Problems have a last chunk instead: they may be the last that a connection carries.
        if (mediaType == MediaType)
            response.ContentLength = json.Length;
        // Copied before this returns: the server may send it later.
        var written = response.BodyWriter.WriteAsync(json, context.RequestAborted);
        if (scratch.Capacity <= KeptBytes)
            _scratch = scratch;
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    /// <summary>What writing takes, kept by each thread for its next answer.</summary>
    private sealed class Scratch
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(1024);
        private Utf8JsonWriter? _writer;

        public int Capacity => _buffer.Capacity;

        public ReadOnlyMemory<byte> Write<T>(T value, JsonTypeInfo<T> typeInfo)
        {
            _buffer.ResetWrittenCount();
            _writer ??= new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = typeInfo.Options.Encoder, SkipValidation = true });
            _writer.Reset();
            JsonSerializer.Serialize(_writer, value, typeInfo);
            _writer.Flush();
            return _buffer.WrittenMemory;
        }
    }
}
