using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Bodies;

/// <summary>Parses JSON that a client sent: one pass over the bytes, and a named field when it is wrong.</summary>
internal static class JsonInput
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses one JSON value.</summary>
    /// <param name="utf8">The value and nothing else but white space; a byte order mark is skipped.</param>
    /// <param name="typeInfo">What it should be.</param>
    /// <param name="path">Where the value stands, for the names of fields in <paramref name="errors"/>.</param>
    /// <param name="errors">Gets the first error, if there is one.</param>
    /// <param name="value">The value, never null when true is returned.</param>
    public static bool TryParse<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> typeInfo, FieldPath path, FieldErrors errors, [NotNullWhen(true)] out T? value)
        where T : class
    {
        value = null;
        if (utf8.StartsWith(ByteOrderMark))
            utf8 = utf8[ByteOrderMark.Length..];
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
        {
            errors.Add(path, "", "is required.");
            return false;
        }

        try
        {
            value = JsonSerializer.Deserialize(utf8, typeInfo);
        }
        catch (JsonException exception)
        {
            JsonFaults.Explain(exception, typeInfo, path, errors);
            return false;
        }

        if (value is null)
            errors.Add(path, "", "must not be null.");
        return value is not null;
    }
}
