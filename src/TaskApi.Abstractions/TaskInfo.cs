namespace TaskApi;

/// <summary>A task as the service described it at one moment. Immutable.</summary>
public sealed record TaskInfo
{
    /// <summary>The task's id; ids sort in the order of creation.</summary>
    public required Guid Id { get; init; }

    /// <summary>The label given at creation, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The group given at creation, or null.</summary>
    public string? Group { get; init; }

    /// <summary>The message to deliver.</summary>
    public required string Message { get; init; }

    /// <summary>The delay last asked for, in seconds.</summary>
    public required double DelaySeconds { get; init; }

    /// <summary>Where the task stands.</summary>
    public required TaskState Status { get; init; }

    /// <summary>True in the final states alone.</summary>
    public required bool Done { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is, or was, due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it reached its final state; null until then.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Once completed: <c>HH:mm:ss message</c>, with the service's local time at completion. Otherwise null.</summary>
    public string? Result { get; init; }

    /// <summary>Why it was cancelled or failed; null otherwise.</summary>
    public TaskError? Error { get; init; }
}
