using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskApi.Tests.Infrastructure;

/// <summary>A schema of the service's OpenAPI document, to hold JSON against: as much of OpenAPI 3.0's schemas as the document uses.</summary>
internal sealed class JsonSchema
{
    private static readonly string[] _keywords =
    [
        "additionalProperties", "allOf", "description", "enum", "example", "exclusiveMinimum", "format", "items", "maxLength", "maximum", "minItems", "maxItems",
        "minLength", "minimum", "nullable", "pattern", "properties", "required", "type", "default", "uniqueItems",
    ];

    private readonly string[] _unknown;
    private readonly bool _isNullable;
    private readonly string? _type;
    private readonly JsonElement[]? _values;
    private readonly string[] _required;
    private readonly bool _isClosed;
    private readonly Regex? _pattern;
    private readonly string? _format;
    private readonly bool _isAboveMinimum;
    private readonly Dictionary<string, double> _limits;

    // Schemas may be in one another, so what is in this one is read when a value has it.
    private readonly Lazy<JsonSchema[]> _all;
    private readonly Dictionary<string, Lazy<JsonSchema>> _members;
    private readonly Lazy<JsonSchema>? _otherMembers;
    private readonly Lazy<JsonSchema>? _items;

    /// <summary>Reads a schema that is no reference.</summary>
    public JsonSchema(ApiDescription description, JsonElement schema)
    {
        _unknown = [.. schema.Members().Except(_keywords)];
        _isNullable = Find("nullable") is { ValueKind: JsonValueKind.True };
        _type = Find("type")?.GetString();
        _values = Find("enum") is { } values ? [.. values.EnumerateArray()] : null;
        _required = [.. List("required").Select(static name => name.GetString()!)];
        _isClosed = Find("additionalProperties") is { ValueKind: JsonValueKind.False };
        _pattern = Find("pattern") is { } pattern ? new(pattern.GetString()!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(5)) : null;
        _format = Find("format")?.GetString();
        _isAboveMinimum = Find("exclusiveMinimum") is not null;
        _limits = schema.EnumerateObject().Where(static member => member.Value.ValueKind == JsonValueKind.Number).ToDictionary(static member => member.Name, static member => member.Value.GetDouble());

        _all = new(() => [.. List("allOf").Select(description.Schema)]);
        _members = Find("properties") is { } members ? members.EnumerateObject().ToDictionary(static member => member.Name, member => Inner(member.Value)!) : [];
        _otherMembers = Inner(Find("additionalProperties"));
        _items = Inner(Find("items"));

        JsonElement? Find(string keyword) => schema.TryGetProperty(keyword, out var found) ? found : null;
        JsonElement[] List(string keyword) => Find(keyword) is { } list ? [.. list.EnumerateArray()] : [];
        Lazy<JsonSchema>? Inner(JsonElement? inner) => inner is { ValueKind: JsonValueKind.Object } given ? new(() => description.Schema(given)) : null;
    }

    /// <summary>What is wrong with a value, each with the place in it; empty if nothing is.</summary>
    public IEnumerable<string> Faults(JsonElement value, string at)
    {
        foreach (var keyword in _unknown)
            yield return $"{at}: the schema has a {keyword}, of which nothing is known here";
        if (value.ValueKind == JsonValueKind.Null && _isNullable)
            yield break;

        var own = Own(value).Concat(value.ValueKind switch
        {
            JsonValueKind.Object => OfObject(value, at),
            JsonValueKind.Array => OfArray(value, at),
            JsonValueKind.String => OfString(value.GetString()!),
            JsonValueKind.Number => OfNumber(value.GetDouble()),
            _ => [],
        });
        foreach (var fault in own)
            yield return fault.StartsWith('$') ? fault : $"{at}: {fault}";
        foreach (var fault in _all.Value.SelectMany(part => part.Faults(value, at)))
            yield return fault;
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

    private IEnumerable<string> Own(JsonElement value)
    {
        if (_type is not null && !IsOf(_type, value))
            yield return $"must be of type {_type}, is {value}";
        if (_values is not null && !_values.Any(one => JsonElement.DeepEquals(one, value)))
            yield return $"{value} is none of {string.Join(", ", _values)}";
    }

    private IEnumerable<string> OfObject(JsonElement value, string at)
    {
        foreach (var required in _required)
        {
            if (!value.TryGetProperty(required, out _))
                yield return $"{required} is missing";
        }

        foreach (var member in value.EnumerateObject())
        {
            var expected = _members.GetValueOrDefault(member.Name, _otherMembers!);
            if (expected is null && _isClosed)
                yield return $"{member.Name} is unknown";
            foreach (var fault in expected?.Value.Faults(member.Value, $"{at}.{member.Name}") ?? [])
                yield return fault;
        }
    }

    private IEnumerable<string> OfArray(JsonElement value, string at)
    {
        if (Limit("minItems") is { } least && value.GetArrayLength() < least)
            yield return $"has fewer than {least} items";
        if (Limit("maxItems") is { } most && value.GetArrayLength() > most)
            yield return $"has more than {most} items";
        // Without one it is an array where anything may stand.
        foreach (var fault in _items is null ? [] : value.EnumerateArray().SelectMany((item, index) => _items.Value.Faults(item, string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]"))))
            yield return fault;
    }

    private IEnumerable<string> OfString(string value)
    {
        if (Limit("minLength") is { } least && value.EnumerateRunes().Count() < least)
            yield return $"is shorter than {least}";
        if (Limit("maxLength") is { } most && value.EnumerateRunes().Count() > most)
            yield return $"is longer than {most}";
        if (_pattern?.IsMatch(value) is false)
            yield return $"{value} does not match {_pattern}";
        if (_format == "uuid" && !Guid.TryParseExact(value, "D", out _))
            yield return $"{value} is no UUID";
        if (_format == "date-time" && !DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out _))
            yield return $"{value} is no instant";
    }

    private IEnumerable<string> OfNumber(double value)
    {
        if (Limit("minimum") is { } least && (value < least || (value == least && _isAboveMinimum)))
            yield return $"{value} is too small";
        if (Limit("maximum") is { } most && value > most)
            yield return $"{value} is too large";
    }

    private double? Limit(string keyword) => _limits.TryGetValue(keyword, out var limit) ? limit : null;
}
