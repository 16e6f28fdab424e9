using System.Text.Json;
using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>A lease's token as a worker sends it: whatever it is, it is answered as it came.</summary>
/// <param name="Token">The token; the default, which is no attempt's, for a text that is none.</param>
/// <param name="Other">The text, if it is no token; else null.</param>
[JsonConverter(typeof(LeaseTextConverter))]
internal readonly record struct LeaseText(LeaseToken Token, string? Other)
{
    /// <summary>The most characters that a token may have.</summary>
    public const int MaxLength = 100;

    /// <summary>True if it is no text that a token could be.</summary>
    public bool IsMalformed => Other is { Length: 0 or > MaxLength };

    /// <inheritdoc/>
    public override string ToString() => Other ?? Token.ToString();
}

/// <summary>Reads tokens without making texts of them.</summary>
internal sealed class LeaseTextConverter : JsonConverter<LeaseText>
{
    /// <inheritdoc/>
    public override LeaseText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonRuleException(JsonRuleException.Text);
        try
        {
            Span<char> text = stackalloc char[LeaseText.MaxLength];
            if (reader.ValueSpan.Length > text.Length)
                return new(default, reader.GetString());
            var length = reader.CopyString(text);
            return LeaseToken.TryParse(text[..length], out var token) ? new(token, null) : new(default, text[..length].ToString());
        }
        catch (InvalidOperationException)
        {
            throw new JsonRuleException(JsonRuleException.Text);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, LeaseText value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
