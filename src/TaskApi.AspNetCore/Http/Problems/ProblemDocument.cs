using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>The body of every error: <c>application/problem+json</c> (RFC 9457).</summary>
internal sealed record ProblemDocument
{
    /// <summary>A URI that names the problem: <c>urn:taskapi:problem:NAME</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What the problem means, the same for every occurrence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened this time.</summary>
    public required string Detail { get; init; }

    /// <summary>The path of the call.</summary>
    public required string Instance { get; init; }

    /// <summary>Finds the call in the service's logs and traces.</summary>
    public required string TraceId { get; init; }

    /// <summary>What is wrong with each field or parameter; only with <c>invalid-request</c> and, of <c>unique</c>, with <c>task-exists</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>What else the kind of problem has to say (RFC 9457, section 3.2), by name.</summary>
    // Set, not init: the serializer fills it after the constructor.
    [JsonExtensionData]
    public IDictionary<string, object>? Members { get; set; }
}
