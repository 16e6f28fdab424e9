using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api;

/// <summary>An answer of one JSON value that may be large: it is made and sent in chunks, each when the one before has been taken. For one caller at a time.</summary>
internal sealed class JsonChunks : IDisposable
{
    private readonly HttpContext _context;
    private readonly JsonTypeInfo<TaskResponse> _task;
    private long _sent;

    /// <param name="context">The call.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="mediaType">What it is.</param>
    public JsonChunks(HttpContext context, int status, string mediaType = JsonResults.MediaType)
    {
        _context = context;
        Options = context.RequestServices.GetRequiredService<IOptions<ApiJsonOptions>>().Value.SerializerOptions;
        _task = (JsonTypeInfo<TaskResponse>)Options.GetTypeInfo(typeof(TaskResponse));
        context.Response.StatusCode = status;
        context.Response.ContentType = mediaType;
        Writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Encoder = Options.Encoder, SkipValidation = true });
    }

    /// <summary>How JSON is written.</summary>
    public JsonSerializerOptions Options { get; }

    /// <summary>Writes it.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>How many bytes have been written.</summary>
    public long Written => Writer.BytesCommitted + Writer.BytesPending;

    /// <summary>Writes a task as clients see it.</summary>
    public void Write(TaskSnapshot task) => JsonSerializer.Serialize(Writer, task.ToResponse(), _task);

    /// <summary>Writes a task as its creation is answered.</summary>
    public void WriteCreated(TaskSnapshot task) => JsonSerializer.Serialize(Writer, task.ToCreated(), _task);

    /// <summary>Writes a task as it stands in a list.</summary>
    public void WriteListed(TaskSnapshot task) => JsonSerializer.Serialize(Writer, task.ToListed(), _task);

    /// <summary>Sends what has been written if that is a chunk.</summary>
    public ValueTask PauseAsync() =>
        Written - _sent < SendingExtensions.ChunkBytes ? ValueTask.CompletedTask : SendAsync();

    /// <summary>Sends the rest.</summary>
    public ValueTask EndAsync() => SendAsync();

    /// <inheritdoc/>
    public void Dispose() => Writer.Dispose();

    private ValueTask SendAsync()
    {
        Writer.Flush();
        _sent = Writer.BytesCommitted;
        return _context.SendAsync(_context.RequestAborted);
    }
}
