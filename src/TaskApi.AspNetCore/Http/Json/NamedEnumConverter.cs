using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>An enum as camelCase strings, and as nothing else: no numbers, no other casing.</summary>
internal sealed class NamedEnumConverter<TEnum> : JsonConverter<TEnum>, INamedValues
    where TEnum : struct, Enum
{
    private readonly TEnum[] _values = Enum.GetValues<TEnum>();
    private readonly JsonEncodedText[] _names;

    public NamedEnumConverter()
    {
        Names = Array.ConvertAll(_values, static value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
        _names = Array.ConvertAll(Names, static name => JsonEncodedText.Encode(name));
    }

    /// <inheritdoc/>
    public string[] Names { get; }

    /// <inheritdoc/>
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            for (var i = 0; i < _names.Length; i++)
            {
                if (reader.ValueTextEquals(_names[i].EncodedUtf8Bytes))
                    return _values[i];
            }
        }

        throw new JsonException();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_names[Array.IndexOf(_values, value)]);
}

/// <summary>A converter that knows the only values it takes.</summary>
internal interface INamedValues
{
    /// <summary>The values, as they stand in JSON.</summary>
    string[] Names { get; }
}
