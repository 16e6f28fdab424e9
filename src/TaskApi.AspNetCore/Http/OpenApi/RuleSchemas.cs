using System.Globalization;
using Microsoft.OpenApi;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>Writes the rule of a field into its schema.</summary>
internal static class RuleSchemas
{
    /// <summary>Adds the limits.</summary>
    public static void Add(this OpenApiSchema schema, FieldRule rule)
    {
        switch (rule)
        {
            case TextRule text:
                schema.MinLength = text.MinLength == 0 ? null : text.MinLength;
                schema.MaxLength = text.MaxLength;
                schema.Pattern = text.Pattern;
                break;
            case NumberRule { IsAbove: true } number:
                schema.ExclusiveMinimum = number.Least.ToString(CultureInfo.InvariantCulture);
                schema.Maximum = number.Most.ToString(CultureInfo.InvariantCulture);
                break;
            case NumberRule number:
                schema.Minimum = number.Least.ToString(CultureInfo.InvariantCulture);
                schema.Maximum = number.Most.ToString(CultureInfo.InvariantCulture);
                break;
            default:
                throw new NotSupportedException($"No schema says what {rule.GetType()} does.");
        }
    }

    /// <summary>Adds the limits, and says them in the description.</summary>
    public static void Describe(this OpenApiSchema schema, FieldRule rule)
    {
        schema.Add(rule);
        var sentence = char.ToUpperInvariant(rule.Allowed[0]) + rule.Allowed[1..];
        schema.Description = schema.Description is { Length: > 0 } description ? $"{description} {sentence}." : $"{sentence}.";
    }
}
