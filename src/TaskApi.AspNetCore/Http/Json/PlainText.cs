using System.Text;
using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>JSON as plain text.</summary>
internal static class PlainText
{
    /// <summary>A string bare, in UTF-8; anything else as it stands.</summary>
    public static ReadOnlyMemory<byte> Of(RawJson json)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span);
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? Encoding.UTF8.GetBytes(reader.GetString()!) : json.Utf8;
    }
}
