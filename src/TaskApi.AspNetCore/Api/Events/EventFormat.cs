using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Events;

namespace TaskApi.AspNetCore.Api.Events;

/// <summary>Tells a reader that it has missed events.</summary>
/// <param name="From">The number of the first; 0 if it is not known.</param>
/// <param name="To">The number of the last.</param>
internal sealed record EventGap(long From, long To);

/// <summary>Writes events as Server-Sent Events. Each is put into bytes once, by the first reader that wants it. For one reader.</summary>
/// <param name="log">Keeps the bytes for the others.</param>
/// <param name="json">Writes JSON.</param>
internal sealed class EventFormat(TaskEventLog log, JsonStreamWriter json)
{
    private static readonly byte[][] _names = ServerSentEvents.Names<TaskEventKind>();

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly JsonTypeInfo<TaskResponse> _task = json.TypeInfo<TaskResponse>();
    private readonly JsonTypeInfo<EventGap> _gap = json.TypeInfo<EventGap>();

    /// <summary>Writes an event.</summary>
    /// <returns>How many bytes it took.</returns>
    public int Write(IBufferWriter<byte> target, TaskEvent happened)
    {
        if (happened.Rendered is not { } rendered)
            log.Keep(happened, rendered = Render(happened));
        target.Write(rendered);
        return rendered.Length;
    }

    /// <summary>Writes that events are missing. It has the number of the last of them, so that a client resumes after it.</summary>
    /// <returns>How many bytes it took.</returns>
    public int WriteGap(IBufferWriter<byte> target, long from, long to)
    {
        _buffer.ResetWrittenCount();
        ServerSentEvents.Write(_buffer, to, "gap"u8, new EventGap(from, to), _gap, json);
        target.Write(_buffer.WrittenSpan);
        return _buffer.WrittenCount;
    }

    // The error of an attempt is the task's own only when there is no other.
    private static TaskResponse ToResponse(TaskEvent happened) =>
        happened.AttemptError is { } error ? happened.Task.ToListed() with { Error = error.ToResponse() } : happened.Task.ToListed();

    private byte[] Render(TaskEvent happened)
    {
        _buffer.ResetWrittenCount();
        ServerSentEvents.Write(_buffer, happened.Sequence, _names[(int)happened.Kind], ToResponse(happened), _task, json);
        return _buffer.WrittenSpan.ToArray();
    }
}
