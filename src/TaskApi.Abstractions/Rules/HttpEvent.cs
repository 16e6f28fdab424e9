using System.Runtime.InteropServices;
using System.Text.Json;

namespace TaskApi.Rules;

/// <summary>
/// The body of a call that is sent as a CloudEvent (1.0, structured mode). It is given as Standard Webhooks has it, <c>{ "type", "timestamp", "data" }</c>,
/// so that the same body can be sent either way.
/// </summary>
internal sealed class HttpEvent
{
    /// <summary>How it is asked for.</summary>
    public const string Format = "cloudevents";

    /// <summary>What it is sent as.</summary>
    public const string ContentType = "application/cloudevents+json; charset=utf-8";

    private static readonly TextRule _type = TextRule.Characters(1, 128);

    private ReadOnlyMemory<byte> _data;
    private string? _time;

    private HttpEvent(string type) => Type = type;

    /// <summary>What has happened.</summary>
    public string Type { get; }

    /// <summary>Reads one; null if it is not what it may be.</summary>
    /// <param name="body">The body as it was given.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static HttpEvent? Read(JsonElement body, out HttpCallFault fault)
    {
        fault = new("body", "must be an object with a type, and perhaps a timestamp and data: the format is cloudevents.");
        if (body.ValueKind != JsonValueKind.Object)
            return null;
        if (!body.TryGetProperty("type", out var given) || given.ValueKind != JsonValueKind.String || !HttpCall.TryGetString(given, out var type) || !_type.Allows(type))
        {
            fault = new("body.type", $"{_type.Fault[..^1]}: the format is cloudevents.");
            return null;
        }

        var read = new HttpEvent(type);
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type":
                    break;
                case "timestamp":
                    if (!IsInstant(member.Value))
                    {
                        fault = new("body.timestamp", "must be an instant of RFC 3339, such as 2026-03-01T09:30:00Z.");
                        return null;
                    }

                    read._time = member.Value.GetString();
                    break;
                case "data":
                    read._data = JsonMarshal.GetRawUtf8Value(member.Value).ToArray();
                    break;
                default:
                    return null;
            }
        }

        return read;
    }

    /// <summary>The event of a task: the same at each attempt.</summary>
    /// <param name="task">The task that calls.</param>
    /// <param name="parent">The task that created it; null if none did.</param>
    public ReadOnlyMemory<byte> Write(Guid task, Guid? parent)
    {
        using var buffer = new MemoryStream(_data.Length + 256);
        using (var writer = new Utf8JsonWriter(buffer, HttpCall.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion", "1.0");
            writer.WriteString("id", task);
            writer.WriteString("source", "/tasks");
            writer.WriteString("type", Type);
            if (parent is { } subject)
                writer.WriteString("subject", subject);
            if (_time is not null)
                writer.WriteString("time", _time);
            if (!_data.IsEmpty)
            {
                writer.WriteString("datacontenttype", "application/json");
                writer.WritePropertyName("data");
                writer.WriteRawValue(_data.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    // Without an offset it would be any of 24 hours.
    private static bool IsInstant(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && HttpCall.TryGetString(value, out var text) && value.TryGetDateTimeOffset(out _)
        && text.Length >= 20 && (text[^1] == 'Z' || (text.Length >= 25 && text[^6] is '+' or '-'));
}
