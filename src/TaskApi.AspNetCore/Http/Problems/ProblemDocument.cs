using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Api.Contracts;

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

    /// <summary>What is wrong with each field or parameter; only with <c>invalid-request</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Why the task has no result; only with <c>task-cancelled</c> and <c>task-failed</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskErrorResponse? Error { get; init; }

    /// <summary>The task that did not complete; only with <c>gather-failed</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskResponse? Task { get; init; }

    /// <summary>That task's place in the gather, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    /// <summary>The unknown ids; only where several were given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Ids { get; init; }
}
