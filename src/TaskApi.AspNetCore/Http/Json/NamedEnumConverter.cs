using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>
/// An enum as camelCase strings. They are read in any letter case, for that is how clients that are generated may write them;
/// numbers are not.
/// </summary>
internal sealed class NamedEnumConverter<TEnum> : JsonConverter<TEnum>, INamedValues
    where TEnum : struct, Enum
{
    private readonly TEnum[] _values = Enum.GetValues<TEnum>();
    private readonly JsonEncodedText[] _names = Array.ConvertAll(NamedValues<TEnum>.Names, static name => JsonEncodedText.Encode(name));

    /// <inheritdoc/>
    public string[] Names => NamedValues<TEnum>.Names;

    /// <inheritdoc/>
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && NamedValues<TEnum>.TryParse(reader.GetString(), out var value) ? value : throw new JsonException();

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
