using System.Runtime.InteropServices;
using System.Text.Json;

namespace TaskApi.Rules;

/// <summary>What is shown of the credentials that a call of a URL carries: that they are there.</summary>
internal static class HttpCallMask
{
    /// <summary>What stands in their place.</summary>
    public const string Masked = "***";

    private static readonly string[] _telling = ["auth", "cookie", "token", "secret", "password", "passwd", "credential", "key", "signature", "session"];

    /// <summary>True for the headers that may hold a credential.</summary>
    public static bool IsCredential(string header) => Array.Exists(_telling, word => header.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The input of a task as it is shown: that of another type as it is.</summary>
    public static ReadOnlyMemory<byte> Mask(string type, ReadOnlyMemory<byte> input) => type == WorkTypes.Http && !input.IsEmpty ? Mask(input) : input;

    private static ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> input)
    {
        using var document = JsonDocument.Parse(input, HttpCall.Reading);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("headers", out var headers) || headers.ValueKind != JsonValueKind.Object
            || !headers.EnumerateObject().Any(static header => IsCredential(header.Name)))
            return input;
        using var buffer = new MemoryStream(input.Length);
        using (var writer = new Utf8JsonWriter(buffer, HttpCall.Writing))
        {
            writer.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                if (member.Name == "headers")
                    WriteHeaders(writer, member.Value);
                else
                    writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteHeaders(Utf8JsonWriter writer, JsonElement headers)
    {
        writer.WriteStartObject();
        foreach (var header in headers.EnumerateObject())
        {
            writer.WritePropertyName(header.Name);
            if (IsCredential(header.Name))
                writer.WriteStringValue(Masked);
            else
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(header.Value), skipInputValidation: true);
        }

        writer.WriteEndObject();
    }
}
