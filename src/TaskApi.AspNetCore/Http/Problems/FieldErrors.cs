using System.Globalization;

namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>Collects everything that is wrong with a request, by field or parameter. Not thread-safe: one per request.</summary>
internal sealed class FieldErrors
{
    /// <summary>The key for what is wrong with the body as a whole.</summary>
    public const string Body = "body";

    private const int MaxNameLength = 128;

    // A batch of ten thousand bad elements needs no ten thousand complaints.
    private const int MaxFields = 100;

    private Dictionary<string, string[]>? _errors;

    /// <summary>True while nothing is wrong.</summary>
    public bool IsEmpty => _errors is null;

    /// <summary>Notes that <paramref name="field"/> breaks a rule.</summary>
    /// <param name="field">The field's path in the body, or the parameter's name.</param>
    /// <param name="rule">What it has to be, as the end of a sentence that begins with the field: <c>must be a number.</c></param>
    public void Add(string field, string rule)
    {
        _errors ??= new(StringComparer.Ordinal);
        if (_errors.TryGetValue(field, out var rules))
            _errors[field] = [.. rules, rule];
        else if (_errors.Count < MaxFields)
            _errors.Add(field, [rule]);
    }

    /// <inheritdoc cref="Add(string, string)"/>
    /// <param name="path">The value that the field belongs to.</param>
    public void Add(FieldPath path, string field, string rule) => Add(path.Of(field), rule);

    /// <summary>A name that the client made up, cut to what is worth showing.</summary>
    public static string Shorten(string name) => name.Length <= MaxNameLength ? name : TextRule.Cut(name, MaxNameLength) + "…";

    /// <summary>The answer to a request with these errors: <c>400</c>.</summary>
    public ProblemResult ToProblem()
    {
        var (field, rules) = _errors!.First();
        var others = _errors!.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" There are {_errors.Count} fields with errors.") : "";
        return new(ProblemTypes.InvalidRequest, $"{field} {rules[0]}{others}") { Errors = _errors };
    }
}
