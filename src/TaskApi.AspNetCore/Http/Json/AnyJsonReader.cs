using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>
/// Copies JSON values of any shape, token by token and byte for byte, leaving out the white space between them. As strict as the rest of a body:
/// no property twice, no text that isn't valid. For one value at a time.
/// </summary>
internal sealed class AnyJsonReader
{
    // What a thread keeps for its next value.
    private const int KeptBytes = 128 << 10;

    private static readonly string _tooDeep = string.Create(CultureInfo.InvariantCulture, $"is nested deeper than {RawJson.MaxDepth} levels.");

    [ThreadStatic]
    private static AnyJsonReader? _spare;

    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly JsonNames _names = new();

    /// <summary>Copies the value that the reader is at, and leaves the reader at its last token.</summary>
    /// <exception cref="JsonException">The value is not well-formed, or breaks a rule.</exception>
    public static byte[] Read(ref Utf8JsonReader reader)
    {
        var own = _spare ?? new AnyJsonReader();
        _spare = null;
        try
        {
            own.Copy(ref reader);
            return own._text.WrittenSpan.ToArray();
        }
        finally
        {
            own._text.ResetWrittenCount();
            own._names.Clear();
            if (own._text.Capacity <= KeptBytes)
                _spare = own;
        }
    }

    /// <summary>Copies a value that is all there is; false if it isn't well-formed, or breaks a rule.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, out ReadOnlyMemory<byte> json)
    {
        json = default;
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = RawJson.MaxDepth + 1 });
            reader.Read();
            json = Read(ref reader);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Copy(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        var follows = false;
        while (true)
        {
            var token = reader.TokenType;
            if (follows && token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                Write(","u8);
            if (reader.CurrentDepth - depth >= RawJson.MaxDepth && token is JsonTokenType.StartObject or JsonTokenType.StartArray)
                throw new JsonRuleException(_tooDeep);
            CopyToken(ref reader, token);
            follows = token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            if (follows && reader.CurrentDepth == depth)
                return;
            reader.Read();
        }
    }

    private void CopyToken(ref Utf8JsonReader reader, JsonTokenType token)
    {
        switch (token)
        {
            case JsonTokenType.StartObject:
                _names.Open();
                break;
            case JsonTokenType.EndObject:
                _names.Close();
                break;
            case JsonTokenType.PropertyName:
                CheckText(ref reader);
                CopyText(ref reader);
                if (!_names.TryAdd(ref reader))
                    throw new JsonRuleException("must not have a property twice.");
                Write(":"u8);
                return;
            case JsonTokenType.String:
                CheckText(ref reader);
                CopyText(ref reader);
                return;
        }

        Write(reader.ValueSpan);
    }

    private void CopyText(ref Utf8JsonReader reader)
    {
        Write("\""u8);
        Write(reader.ValueSpan);
        Write("\""u8);
    }

    // The reader itself looks at the bytes only when the text is asked for.
    private static void CheckText(ref Utf8JsonReader reader)
    {
        var utf8 = reader.ValueSpan;
        if (Utf8.IsValid(utf8) && (!reader.ValueIsEscaped || IsUnescapable(ref reader)))
            return;
        throw new JsonRuleException("must be in valid UTF-8 without lone surrogates.");
    }

    private static bool IsUnescapable(ref Utf8JsonReader reader)
    {
        var text = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            reader.CopyString(text);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes) => _text.Write(bytes);
}
