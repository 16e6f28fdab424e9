namespace TaskApi.Engine.Model;

/// <summary>
/// What a storage knows of a task, in its own terms. What is shown of the task is made of that in one place, <see cref="TaskSnapshot.Of"/>.
/// Instants are Unix milliseconds.
/// </summary>
internal readonly record struct TaskData
{
    /// <inheritdoc cref="TaskSnapshot.Id"/>
    public required TaskId Id { get; init; }

    /// <inheritdoc cref="TaskSnapshot.Owner"/>
    public required string Owner { get; init; }

    /// <inheritdoc cref="TaskSnapshot.Name"/>
    public string? Name { get; init; }

    /// <inheritdoc cref="TaskSnapshot.Group"/>
    public string? Group { get; init; }

    /// <inheritdoc cref="TaskSnapshot.Message"/>
    public required string Message { get; init; }

    /// <inheritdoc cref="TaskSnapshot.DelaySeconds"/>
    public required double DelaySeconds { get; init; }

    /// <inheritdoc cref="TaskSnapshot.State"/>
    public TaskState State { get; init; }

    /// <inheritdoc cref="TaskSnapshot.CreatedAt"/>
    public required long CreatedAt { get; init; }

    /// <inheritdoc cref="TaskSnapshot.DueAt"/>
    public required long DueAt { get; init; }

    /// <summary>When it came to its final state; means nothing before.</summary>
    public long FinishedAt { get; init; }

    /// <summary>The server's offset from UTC at <see cref="FinishedAt"/>; means nothing but for a completed delayed message.</summary>
    public TimeSpan Offset { get; init; }

    /// <summary>Why it ended without a result; null for <see cref="TaskErrors.CancelledPlainly"/>.</summary>
    public TaskError? Error { get; init; }

    /// <inheritdoc cref="TaskSnapshot.Version"/>
    public int Version { get; init; }

    /// <inheritdoc cref="TaskSnapshot.Work"/>
    public WorkSnapshot? Work { get; init; }
}
