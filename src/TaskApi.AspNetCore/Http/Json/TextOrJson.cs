using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>A value for an answer that is a text, or else JSON that is there already; by default null.</summary>
/// <param name="Text">The text.</param>
/// <param name="Json">The JSON; null if it is a text.</param>
[JsonConverter(typeof(TextOrJsonConverter))]
internal readonly record struct TextOrJson(string? Text, RawJson? Json)
{
    /// <summary>A text, or null.</summary>
    public static implicit operator TextOrJson(string? text) => new(text, null);

    /// <summary>JSON.</summary>
    public static implicit operator TextOrJson(RawJson json) => new(null, json);
}

/// <summary>Writes what is one or the other. No body is read with it.</summary>
internal sealed class TextOrJsonConverter : JsonConverter<TextOrJson>
{
    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TextOrJson value, JsonSerializerOptions options)
    {
        if (value.Json is { } json)
            writer.WriteRawValue(json.Utf8.Span, skipInputValidation: true);
        else
            writer.WriteStringValue(value.Text);
    }

    /// <inheritdoc/>
    public override TextOrJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Results are only written.");
}
