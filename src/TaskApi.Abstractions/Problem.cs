namespace TaskApi;

/// <summary>What the service says of a call that it refuses (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>A URI that names the problem: <c>urn:taskapi:problem:NAME</c>; null if what answered isn't the service.</summary>
    public string? Type { get; init; }

    /// <summary>What the problem means, the same for every occurrence.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>What happened this time.</summary>
    public string? Detail { get; init; }

    /// <summary>The path of the call.</summary>
    public string? Instance { get; init; }

    /// <summary>Finds the call in the service's logs and traces.</summary>
    public string? TraceId { get; init; }

    /// <summary>What is wrong with each field; only of <see cref="InvalidRequestException"/> and, of <c>unique</c>, of <see cref="TaskExistsException"/>.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Why the task has no result; only of <see cref="TaskCancelledException"/>, and of what is within a <see cref="TaskFailedException"/>.</summary>
    public TaskError? Error { get; init; }

    /// <summary>The task that did not complete, of <see cref="GatherFailedException"/>; the one that there is, of <see cref="TaskExistsException"/>.</summary>
    public TaskInfo? Task { get; init; }

    /// <summary>That task's place in the gather; of <see cref="TaskExistsException"/> the place, among those to create, of the one that it is in the way of. From 0.</summary>
    public int? Index { get; init; }

    /// <summary>The unknown ids, where several were given; only of <see cref="TaskNotFoundException"/>.</summary>
    public IReadOnlyList<string>? Ids { get; init; }
}
