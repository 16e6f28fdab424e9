using System.Text;
using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>JSON as plain text.</summary>
internal static class PlainText
{
    /// <summary>A string bare, anything else as it stands.</summary>
    public static string Of(RawJson json)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span);
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(json.Utf8.Span);
    }
}
