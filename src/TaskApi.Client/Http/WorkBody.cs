using System.Buffers;
using System.Text.Json;

namespace TaskApi.Client.Http;

/// <summary>A task with a type, to be created.</summary>
internal static class WorkBody
{
    /// <summary>It as JSON.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="input">Its input: one JSON value.</param>
    /// <param name="options">When and how it runs; null: now, once.</param>
    public static byte[] Of(string type, ReadOnlySpan<byte> input, ChildTaskOptions? options)
    {
        var buffer = new ArrayBufferWriter<byte>(input.Length + 256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WritePropertyName("input"u8);
            json.WriteRawValue(input, skipInputValidation: true);
            if (options is not null)
                Write(json, options);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ChildTaskOptions options)
    {
        Write(json, "delaySeconds"u8, options.Delay?.TotalSeconds);
        if (options.DueAt is { } dueAt)
            json.WriteString("dueAt"u8, dueAt);
        Write(json, "name"u8, options.Name);
        Write(json, "group"u8, options.Group);
        Write(json, "queue"u8, options.Queue);
        Write(json, "key"u8, options.Key);
        if (options.Priority != 0)
            json.WriteNumber("priority"u8, options.Priority);
        Write(json, "timeoutSeconds"u8, options.Timeout?.TotalSeconds);
        Write(json, "attemptSeconds"u8, options.AttemptTimeout?.TotalSeconds);
        if (options.Retry is { } retry)
            Write(json, retry);
    }

    private static void Write(Utf8JsonWriter json, TaskRetry retry)
    {
        json.WriteStartObject("retry"u8);
        json.WriteNumber("maxAttempts"u8, retry.MaxAttempts);
        json.WriteNumber("maxLosses"u8, retry.MaxLosses);
        json.WriteNumber("initialSeconds"u8, retry.Initial.TotalSeconds);
        json.WriteNumber("factor"u8, retry.Factor);
        json.WriteNumber("maxSeconds"u8, retry.Max.TotalSeconds);
        json.WriteNumber("jitter"u8, retry.Jitter);
        Write(json, "maxElapsedSeconds"u8, retry.MaxElapsed?.TotalSeconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }
}
