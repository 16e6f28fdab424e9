namespace TaskApi.Engine.Model;

/// <summary>What a task with work has beside what every task has, at one instant. Immutable. JSON is UTF-8, as it was given.</summary>
internal sealed record WorkSnapshot
{
    // The object itself, and its names, which many tasks share.
    private const int Own = 300;

    /// <inheritdoc cref="WorkSpec.Type"/>
    public required string Type { get; init; }

    /// <summary>What the coroutine gets: one JSON value; empty for none, which is <c>null</c>.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>What the coroutine returned: one JSON value; null unless the task is completed.</summary>
    public required ReadOnlyMemory<byte>? Result { get; init; }

    /// <summary>Where it waits for its turn; empty for what never does.</summary>
    public required string Queue { get; init; }

    /// <inheritdoc cref="WorkSpec.Priority"/>
    public required int Priority { get; init; }

    /// <inheritdoc cref="WorkSpec.Key"/>
    public required string? Key { get; init; }

    /// <summary>The number of the attempt that runs, or was the last; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <inheritdoc cref="WorkSpec.Retry"/>
    public required RetryPolicy Retry { get; init; }

    /// <inheritdoc cref="WorkSpec.AttemptSeconds"/>
    public required double? AttemptSeconds { get; init; }

    /// <summary>When the attempt that runs, or was the last, began; null before the first.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Who runs it, or ran it last; null before the first attempt.</summary>
    public required string? Worker { get; init; }

    /// <summary>What the coroutine last said of its progress, whichever attempt it was; null if nothing.</summary>
    public required WorkProgress? Progress { get; init; }

    /// <summary>Why the running coroutine was asked to end; null if it wasn't.</summary>
    public required TaskError? CancelRequest { get; init; }

    /// <summary>True if the coroutine was asked to end, and hasn't yet.</summary>
    public bool CancelRequested => CancelRequest is not null;

    /// <inheritdoc cref="WorkSpec.Parent"/>
    public required Guid? Parent { get; init; }

    /// <inheritdoc cref="WorkSpec.TraceParent"/>
    public required string? TraceParent { get; init; }

    /// <inheritdoc cref="WorkSpec.Schedule"/>
    public ScheduleOccurrence? Schedule { get; init; }

    /// <summary>The tasks that it was to wait for; null for none.</summary>
    public WorkAfter? After { get; init; }

    /// <summary>How many of those it still waits for; 0 if it doesn't.</summary>
    public int AfterLeft { get; init; }

    /// <summary>Proves the attempt of a task that runs from its creation on; there only in what that creation is answered with.</summary>
    public LeaseToken? Lease { get; init; }

    /// <summary>The work of a task that has just been created.</summary>
    /// <param name="work">What was asked for.</param>
    /// <param name="createdAt">When that was.</param>
    public static WorkSnapshot Of(WorkSpec work, DateTimeOffset createdAt) => new()
    {
        Type = work.Type,
        Input = work.Input,
        Result = null,
        Queue = work.QueueOrType,
        Priority = work.Priority,
        Key = work.Key,
        Attempt = work.RunsAtOnce ? 1 : 0,
        Retry = work.Retry,
        AttemptSeconds = work.AttemptSeconds,
        StartedAt = work.RunsAtOnce ? createdAt : null,
        Worker = null,
        Progress = null,
        CancelRequest = null,
        Parent = work.Parent,
        TraceParent = work.TraceParent,
        Schedule = work.Schedule,
    };

    /// <summary>What it takes of the memory, in bytes.</summary>
    public int Weight => Own + Input.Length + (Result?.Length ?? 0) + (After is null ? 0 : 16 * After.Ids.Count) + (sizeof(char) * (Progress?.Note?.Length ?? 0));
}
