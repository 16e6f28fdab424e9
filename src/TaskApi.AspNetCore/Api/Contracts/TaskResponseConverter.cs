using System.Text.Json;
using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>Writes tasks, which nearly every answer consists of, without going over their properties one by one. No body is read with it.</summary>
internal sealed class TaskResponseConverter : JsonConverter<TaskResponse>
{
    private static readonly JsonEncodedText _id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText _name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText _group = JsonEncodedText.Encode("group");
    private static readonly JsonEncodedText _message = JsonEncodedText.Encode("message");
    private static readonly JsonEncodedText _delaySeconds = JsonEncodedText.Encode("delaySeconds");
    private static readonly JsonEncodedText _status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText _done = JsonEncodedText.Encode("done");
    private static readonly JsonEncodedText _createdAt = JsonEncodedText.Encode("createdAt");
    private static readonly JsonEncodedText _dueAt = JsonEncodedText.Encode("dueAt");
    private static readonly JsonEncodedText _finishedAt = JsonEncodedText.Encode("finishedAt");
    private static readonly JsonEncodedText _result = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText _error = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText _reason = JsonEncodedText.Encode("reason");
    private static readonly JsonEncodedText _detail = JsonEncodedText.Encode("detail");

    private static readonly NamedEnumConverter<TaskState> _states = new();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TaskResponse value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteMembers(writer, value);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members of a task into an object that may have more.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, TaskResponse value)
    {
        writer.WriteString(_id, value.Id);
        writer.WriteString(_name, value.Name);
        writer.WriteString(_group, value.Group);
        if (value.Work is { } work)
            WorkJson.WriteMembers(writer, work);
        else
            writer.WriteString(_message, value.Message);
        writer.WriteNumber(_delaySeconds, value.DelaySeconds);
        writer.WritePropertyName(_status);
        _states.Write(writer, value.Status, JsonSerializerOptions.Default);
        writer.WriteBoolean(_done, value.Done);
        writer.WriteInstant(_createdAt, value.CreatedAt);
        writer.WriteInstantOrNull(_dueAt, value.DueAt);
        writer.WriteInstantOrNull(_finishedAt, value.FinishedAt);
        if (value.Work is null)
            writer.WriteString(_result, value.Result);
        else
            WorkJson.WriteResult(writer, _result, value.Work);
        if (value.Error is { } error)
            WriteError(writer, error);
        else
            writer.WriteNull(_error);
    }

    /// <inheritdoc/>
    public override TaskResponse Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Tasks are only written.");

    private static void WriteError(Utf8JsonWriter writer, TaskErrorResponse error)
    {
        writer.WriteStartObject(_error);
        writer.WriteString(_reason, error.Reason);
        writer.WriteString(_detail, error.Detail);
        writer.WriteEndObject();
    }
}
