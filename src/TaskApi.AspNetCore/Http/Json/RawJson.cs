using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>A JSON value of any shape, as it was written: numbers keep their digits. On one line. Nobody changes its bytes.</summary>
[JsonConverter(typeof(RawJsonConverter))]
internal sealed class RawJson(ReadOnlyMemory<byte> utf8)
{
    /// <summary>How deep one may be nested: as deep as what System.Text.Json reads without being told otherwise.</summary>
    public const int MaxDepth = 64;

    /// <summary>The value <c>null</c>.</summary>
    public static readonly RawJson Null = new("null"u8.ToArray());

    /// <summary>The value, in UTF-8, never on more than one line: as a part of a stream it doesn't end a line of that.</summary>
    public ReadOnlyMemory<byte> Utf8 => utf8;

    /// <summary>True for <c>null</c>.</summary>
    public bool IsNull => utf8.Span is [(byte)'n', ..];

    /// <summary>The value of what is kept somewhere; nothing at all is <c>null</c>.</summary>
    public static RawJson Of(ReadOnlyMemory<byte> utf8) => utf8.IsEmpty ? Null : new(OnOneLine(utf8));

    // What comes as a body is without white space. What SQL and handlers have written may have line ends, which in JSON stand between tokens alone.
    private static ReadOnlyMemory<byte> OnOneLine(ReadOnlyMemory<byte> utf8)
    {
        if (!utf8.Span.ContainsAny((byte)'\n', (byte)'\r'))
            return utf8;
        var line = utf8.ToArray();
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        return line;
    }
}

/// <summary>Reads any JSON value as it stands, <c>null</c> too, and writes it again.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? RawJson.Null : new(AnyJsonReader.Read(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RawJson? value, JsonSerializerOptions options) =>
        writer.WriteRawValue((value ?? RawJson.Null).Utf8.Span, skipInputValidation: true);
}

/// <summary>A JSON value is well-formed, and breaks a rule all the same.</summary>
/// <param name="rule">The rule that it breaks, as <see cref="Problems.FieldErrors.Add(string, string)"/> takes it.</param>
internal sealed class JsonRuleException(string rule) : JsonException(rule)
{
    /// <summary>The rule for a text.</summary>
    public const string Text = "must be a string, in valid UTF-8 and without lone surrogates.";
}
