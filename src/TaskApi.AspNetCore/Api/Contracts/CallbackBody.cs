using System.Buffers;
using System.Text.Json;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>What a callback tells: a webhook's payload as Standard Webhooks want it, with the task as <c>GET /tasks/{id}</c> answers it. Thread-safe.</summary>
internal sealed class CallbackBody : ICallbackBody
{
    private static readonly JsonEncodedText _timestamp = JsonEncodedText.Encode("timestamp");

    /// <inheritdoc/>
    public void Write(IBufferWriter<byte> output, TaskSnapshot task)
    {
        using var writer = new Utf8JsonWriter(output, HttpCall.Writing);
        writer.WriteStartObject();
        writer.WriteString("type", task.State switch
        {
            TaskState.Completed => "task.completed",
            TaskState.Failed => "task.failed",
            _ => "task.cancelled",
        });
        writer.WriteInstantOrNull(_timestamp, task.FinishedAt);
        writer.WriteStartObject("data");
        TaskResponseConverter.WriteMembers(writer, task.ToResponse());
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
