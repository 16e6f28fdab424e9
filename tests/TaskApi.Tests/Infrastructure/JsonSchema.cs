using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskApi.Tests.Infrastructure;

/// <summary>Holds JSON against a schema of the service's OpenAPI document: as much of OpenAPI 3.0's schemas as the document uses.</summary>
public static class JsonSchema
{
    private static readonly string[] _keywords =
    [
        "additionalProperties", "allOf", "description", "enum", "example", "exclusiveMinimum", "format", "items", "maxLength", "maximum", "minItems", "maxItems",
        "minLength", "minimum", "nullable", "pattern", "properties", "required", "type", "default", "uniqueItems",
    ];

    /// <summary>What is wrong with a value, each with the place in it; empty if nothing is.</summary>
    public static IEnumerable<string> Faults(this ApiDescription description, JsonElement schema, JsonElement value, string at = "$")
    {
        schema = description.Resolve(schema);
        foreach (var keyword in schema.Members().Except(_keywords))
            yield return $"{at}: the schema has a {keyword}, of which nothing is known here";
        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
            yield break;

        var own = Own(schema, value).Concat(value.ValueKind switch
        {
            JsonValueKind.Object => description.OfObject(schema, value, at),
            JsonValueKind.Array => description.OfArray(schema, value, at),
            JsonValueKind.String => OfString(schema, value.GetString()!),
            JsonValueKind.Number => OfNumber(schema, value.GetDouble()),
            _ => [],
        });
        foreach (var fault in own)
            yield return fault.StartsWith('$') ? fault : $"{at}: {fault}";
        foreach (var fault in List(schema, "allOf").SelectMany(part => description.Faults(part, value, at)))
            yield return fault;
    }

    private static IEnumerable<string> Own(JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("type", out var type) && !IsOf(type.GetString()!, value))
            yield return $"must be of type {type}, is {value}";
        if (schema.TryGetProperty("enum", out _) && !List(schema, "enum").Any(one => JsonElement.DeepEquals(one, value)))
            yield return $"{value} is none of {schema.GetProperty("enum")}";
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => false,
    };

    private static IEnumerable<string> OfObject(this ApiDescription description, JsonElement schema, JsonElement value, string at)
    {
        foreach (var required in List(schema, "required"))
        {
            if (!value.TryGetProperty(required.GetString()!, out _))
                yield return $"{required} is missing";
        }

        var known = schema.TryGetProperty("properties", out var properties) ? properties : JsonElement.Parse("{}");
        var others = schema.TryGetProperty("additionalProperties", out var additional) ? additional : JsonElement.Parse("true");
        foreach (var member in value.EnumerateObject())
        {
            if (!known.TryGetProperty(member.Name, out var expected))
                expected = others;
            if (expected.ValueKind == JsonValueKind.False)
                yield return $"{member.Name} is unknown";
            foreach (var fault in expected.ValueKind == JsonValueKind.Object ? description.Faults(expected, member.Value, $"{at}.{member.Name}") : [])
                yield return fault;
        }
    }

    private static IEnumerable<string> OfArray(this ApiDescription description, JsonElement schema, JsonElement value, string at)
    {
        if (Limit(schema, "minItems") is { } least && value.GetArrayLength() < least)
            yield return $"has fewer than {least} items";
        if (Limit(schema, "maxItems") is { } most && value.GetArrayLength() > most)
            yield return $"has more than {most} items";
        // An array where anything may stand.
        if (!schema.TryGetProperty("items", out _))
            yield break;
        foreach (var fault in value.EnumerateArray().SelectMany((item, index) => description.Faults(schema.GetProperty("items"), item, string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]"))))
            yield return fault;
    }

    private static IEnumerable<string> OfString(JsonElement schema, string value)
    {
        if (Limit(schema, "minLength") is { } least && value.EnumerateRunes().Count() < least)
            yield return $"is shorter than {least}";
        if (Limit(schema, "maxLength") is { } most && value.EnumerateRunes().Count() > most)
            yield return $"is longer than {most}";
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value, pattern.GetString()!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(5)))
            yield return $"{value} does not match {pattern}";
        var format = schema.TryGetProperty("format", out var named) ? named.GetString() : null;
        if (format == "uuid" && !Guid.TryParseExact(value, "D", out _))
            yield return $"{value} is no UUID";
        if (format == "date-time" && !DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _))
            yield return $"{value} is no instant";
    }

    private static IEnumerable<string> OfNumber(JsonElement schema, double value)
    {
        if (Limit(schema, "minimum") is { } least && (value < least || (value == least && schema.TryGetProperty("exclusiveMinimum", out _))))
            yield return $"{value} is too small";
        if (Limit(schema, "maximum") is { } most && value > most)
            yield return $"{value} is too large";
    }

    private static double? Limit(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var limit) ? limit.GetDouble() : null;

    private static JsonElement[] List(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var list) ? [.. list.EnumerateArray()] : [];
}
