namespace TaskApi.Rules;

/// <summary>What a field may hold: said once, for whoever checks a value and for whoever describes the field.</summary>
/// <param name="allowed">All that is allowed, as a description says it: <c>1 to 128 characters</c>.</param>
/// <param name="fault">What is said of a value that isn't: the end of a sentence that begins with the field.</param>
internal abstract class FieldRule(string allowed, string fault)
{
    /// <summary>All that is allowed, as a description says it.</summary>
    public string Allowed { get; } = allowed;

    /// <summary>What is said of a value that isn't, as the end of a sentence that begins with the field.</summary>
    public string Fault { get; } = fault;
}
