namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>A query parameter or header that a handler reads from the request by itself: documentation, which enforces nothing.</summary>
/// <param name="Name">As it stands in the request.</param>
/// <param name="Description">What it does, in Markdown.</param>
internal sealed record ApiParameter(string Name, string Description)
{
    /// <summary>True for a header, false for a query parameter.</summary>
    public bool InHeader { get; init; }

    /// <summary>The type of the value; an enum's names are listed.</summary>
    public Type Type { get; init; } = typeof(string);

    /// <summary>The least number.</summary>
    public int? Minimum { get; init; }

    /// <summary>The greatest number.</summary>
    public int? Maximum { get; init; }

    /// <summary>The rule that the value keeps; null for none.</summary>
    public FieldRule? Rule { get; init; }

    /// <summary>What its absence means.</summary>
    public object? Default { get; init; }

    /// <summary>The only values there are; null for any.</summary>
    public object[]? Values { get; init; }

    /// <summary>A header of the answers that says what became of the parameter: of all but the refusals that come before anything is done.</summary>
    public ApiHeader? Confirmation { get; init; }

    /// <summary>A value that "Try it out" starts with: for parameters without which a call fails.</summary>
    public string? Example { get; init; }
}
