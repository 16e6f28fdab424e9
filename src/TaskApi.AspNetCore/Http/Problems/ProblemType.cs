namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>A kind of problem that this service answers with (RFC 9457).</summary>
/// <param name="Name">The last part of its URI: lower case, words joined by hyphens.</param>
/// <param name="Title">What it means, the same for every occurrence.</param>
/// <param name="Status">The HTTP status that it goes with.</param>
internal sealed record ProblemType(string Name, string Title, int Status)
{
    /// <summary>The problem's <c>type</c>.</summary>
    public string Uri { get; } = "urn:taskapi:problem:" + Name;
}
