using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>Writes instants as RFC 3339 in UTC with exactly three decimals: <c>2026-03-01T09:30:00.250Z</c>. No body is read with it.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    /// <summary>How long an instant is, in bytes.</summary>
    public const int Length = 24;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Length];
        Format(value, text);
        writer.WriteStringValue(text);
    }

    /// <summary>Writes an instant as the <see cref="Length"/> bytes of <paramref name="target"/>.</summary>
    public static void Format(DateTimeOffset value, Span<byte> target)
    {
        // "O" gives 2026-03-01T09:30:00.2500000Z for a UTC DateTime; its first 23 bytes are ours.
        Span<byte> text = stackalloc byte[28];
        Utf8Formatter.TryFormat(value.UtcDateTime, text, out _, new('O'));
        text[..(Length - 1)].CopyTo(target);
        target[Length - 1] = (byte)'Z';
    }

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Instants are read as strings and judged by the validation, which names the field.");
}

internal static class InstantWriting
{
    /// <summary>Writes an instant as a property.</summary>
    public static void WriteInstant(this Utf8JsonWriter writer, JsonEncodedText name, DateTimeOffset instant)
    {
        Span<byte> text = stackalloc byte[InstantConverter.Length];
        InstantConverter.Format(instant, text);
        writer.WriteString(name, text);
    }

    /// <summary>Writes an instant, or null, as a property.</summary>
    public static void WriteInstantOrNull(this Utf8JsonWriter writer, JsonEncodedText name, DateTimeOffset? instant)
    {
        if (instant is { } given)
            writer.WriteInstant(name, given);
        else
            writer.WriteNull(name);
    }
}
