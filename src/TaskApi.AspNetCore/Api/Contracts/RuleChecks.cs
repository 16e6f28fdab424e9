using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>Checks what a request has by the <see cref="FieldRules"/>. What is absent breaks none; what is broken is noted under the field's name.</summary>
internal static class RuleChecks
{
    /// <summary>Checks a text.</summary>
    public static void Check(this TextRule rule, string? text, string field, FieldPath path, FieldErrors errors)
    {
        if (text is not null && rule.FaultIn(text) is { } fault)
            errors.Add(path, field, fault);
    }

    /// <summary>Checks a number.</summary>
    public static void Check(this NumberRule rule, double? number, string field, FieldPath path, FieldErrors errors)
    {
        if (number is { } given && !rule.Allows(given))
            errors.Add(path, field, rule.Fault);
    }
}
