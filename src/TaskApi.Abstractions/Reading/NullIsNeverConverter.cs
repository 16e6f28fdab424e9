using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskApi.Reading;

/// <summary>An instant that isn't known yet is null in JSON, and the last one that there is in programs.</summary>
internal sealed class NullIsNeverConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? DateTimeOffset.MaxValue : reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        if (value == DateTimeOffset.MaxValue)
            writer.WriteNullValue();
        else
            writer.WriteStringValue(value);
    }
}
