using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Bodies;

/// <summary>Says in a sentence what the serializer didn't like, without its talk of .NET types.</summary>
internal static class JsonFaults
{
    /// <summary>Adds the fault to <paramref name="errors"/>, under the name that the field has in the body.</summary>
    public static void Explain(JsonException exception, JsonTypeInfo body, FieldPath path, FieldErrors errors)
    {
        var field = FieldOf(exception.Path);
        if (exception is ListTooLongException)
        {
            // The path is that of the element that was too many.
            errors.Add(path, field[..Math.Max(0, field.LastIndexOf('['))], exception.Message);
            return;
        }

        errors.Add(path, field, exception is JsonRuleException ? exception.Message : Rule(exception, body, field));
    }

    // The serializer's path is $.tasks[3].message: the field's own name, but for the start.
    private static string FieldOf(string? path) =>
        FieldErrors.Shorten(path is null ? "" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$'));

    private static string Rule(JsonException exception, JsonTypeInfo body, string field)
    {
        var inner = exception.InnerException;
        if (inner is JsonException)
        {
            // What the reader says of brackets beyond its greatest depth.
            if (inner.Message.StartsWith("The maximum configured depth", StringComparison.Ordinal))
                return string.Create(CultureInfo.InvariantCulture, $"is nested deeper than {body.Options.MaxDepth - RawJson.MaxDepth} levels.");
            return string.Create(CultureInfo.InvariantCulture,
                $"is not well-formed JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }

        // Thrown for text that can't be told, which in an object is a name, but also for some wrong types.
        if (inner is InvalidOperationException && (field.Length == 0 || TypeAt(body, field, out _) is { Kind: JsonTypeInfoKind.Object }))
            return "must be JSON in valid UTF-8 without lone surrogates.";
        if (exception.Message.StartsWith("Duplicate", StringComparison.Ordinal))
            return "must not be given twice.";
        return TypeAt(body, field, out var unknown) is { } type ? $"must be {Describe(type)}." : $"is not a field of this body{unknown}.";
    }

    // Null for a field that there is none of, with a hint at the one that was meant.
    private static JsonTypeInfo? TypeAt(JsonTypeInfo body, string field, out string hint)
    {
        hint = "";
        var type = body;
        foreach (var step in field.Split('.', '['))
        {
            var parent = type;
            if (type.Kind == JsonTypeInfoKind.Dictionary && step.Length > 0)
            {
                // Any name is one of its own, with dots and brackets in it, too: what follows is part of the name, for no value in a dictionary has fields.
                return type.ElementType is { } value ? type.Options.GetTypeInfo(value) : null;
            }

            if (step.EndsWith(']'))
                type = type.ElementType is { } element ? type.Options.GetTypeInfo(element) : null;
            else if (step.Length > 0)
                type = Property(type, step);
            if (type is not null)
                continue;
            hint = NearestName.Hint(step, [.. parent.Properties.Select(static property => property.Name)]);
            break;
        }

        return type;
    }

    private static JsonTypeInfo? Property(JsonTypeInfo type, string name)
    {
        foreach (var property in type.Properties)
        {
            if (property.Name == name)
                return type.Options.GetTypeInfo(property.PropertyType);
        }

        return null;
    }

    private static string Describe(JsonTypeInfo typeInfo)
    {
        var type = Nullable.GetUnderlyingType(typeInfo.Type) ?? typeInfo.Type;
        if (typeInfo.Options.GetConverter(type) is INamedValues named)
            return "one of " + string.Join(", ", named.Names);
        if (type == typeof(string))
            return "a string, in valid UTF-8 and without lone surrogates";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(int))
            return "a whole number";
        if (type.IsPrimitive)
            return "a number";
        return typeInfo.Kind != JsonTypeInfoKind.Dictionary && typeof(IEnumerable).IsAssignableFrom(type) ? "an array" : "an object";
    }
}
