namespace TaskApi.Engine.Model;

/// <summary>What of a task decides what may become of it. Instants are milliseconds of the clock that the storage decides by.</summary>
internal readonly record struct TaskFacts
{
    /// <summary>Where it stands.</summary>
    public TaskState State { get; init; }

    /// <summary>How its work is tried again; null for a delayed message, which has none.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>When it was created.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it is, or was last, due.</summary>
    public long DueAt { get; init; }

    /// <summary>When it came to its final state; 0 before.</summary>
    public long FinishedAt { get; init; }

    /// <summary>Why it ended without a result; null otherwise.</summary>
    public TaskError? Error { get; init; }

    /// <summary>The number of the attempt that runs, or was the last; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts have ended in an error.</summary>
    public int Errors { get; init; }

    /// <summary>How many attempts were lost.</summary>
    public int Losses { get; init; }

    /// <summary>Why a running task was asked to end; null if it wasn't.</summary>
    public TaskError? CancelRequest { get; init; }

    /// <summary>True for work that nobody has to be told of, so that it ends at once when it is cancelled: a future, a gather of tasks that aren't its own, or a call of a URL that is under way.</summary>
    public bool CancelsAtOnce { get; init; }

    /// <summary>True for a call of a URL that a process with the storage makes just now: it ends at once when it is cancelled, and yet can be lost, or given back.</summary>
    public bool IsUnderWay { get; init; }
}
