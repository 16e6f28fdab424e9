using System.Globalization;

namespace TaskApi.Engine.Model;

/// <summary>
/// What a task looked like at one instant. Immutable, consistent in itself, and free of anything that only this
/// process could hold. Instants are UTC, whole milliseconds.
/// </summary>
internal sealed record TaskSnapshot
{
    // Objects and names included.
    private const int Own = 400;

    /// <summary>UUID v7; the ids of one storage sort in creation order.</summary>
    public required Guid Id { get; init; }

    /// <summary>The caller that the task belongs to; empty where there are no API keys.</summary>
    public required string Owner { get; init; }

    /// <summary>The client's label, or null.</summary>
    public required string? Name { get; init; }

    /// <summary>The client's grouping key, or null.</summary>
    public required string? Group { get; init; }

    /// <summary>The message to deliver; empty if there is <see cref="Work"/>.</summary>
    public required string Message { get; init; }

    /// <summary>The delay last asked for, in seconds.</summary>
    public required double DelaySeconds { get; init; }

    /// <summary>Where the task stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is, or was, due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it reached its final state: never before <see cref="CreatedAt"/>, nor, if completed, before <see cref="DueAt"/>. Null while pending.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary><c>HH:mm:ss message</c> in the server's local time at completion; null unless it is a completed delayed message.</summary>
    public required string? Result { get; init; }

    /// <summary>Why it was cancelled or failed; null otherwise.</summary>
    public required TaskError? Error { get; init; }

    /// <summary>How often it has been rescheduled or, if it has work, changed in any way: with <see cref="State"/> it identifies what a client has seen.</summary>
    public required int Version { get; init; }

    /// <summary>What it has in place of a message; null for a delayed message.</summary>
    public WorkSnapshot? Work { get; init; }

    /// <summary>True once <see cref="State"/> is final.</summary>
    public bool IsDone => State.IsDone();

    /// <summary>Where it stands for those who await many, as in asyncio: a coroutine that ended by CancelledError, though nobody asked it to, is cancelled there.</summary>
    public TaskState AwaitedState => State == TaskState.Failed && Error?.Reason == TaskError.CancelledError ? TaskState.Cancelled : State;

    /// <summary>What it takes of the memory, in bytes: its texts, and itself.</summary>
    public int Weight => Own + (sizeof(char) * (Message.Length + (Result?.Length ?? 0) + (Error?.Detail?.Length ?? 0))) + (Work?.Weight ?? 0);

    /// <summary>What is shown of a task.</summary>
    public static TaskSnapshot Of(in TaskData task)
    {
        DateTimeOffset? finishedAt = task.State.IsDone() ? DateTimeOffset.FromUnixTimeMilliseconds(task.FinishedAt) : null;
        return new TaskSnapshot
        {
            Id = task.Id.ToGuid(),
            Owner = task.Owner,
            Name = task.Name,
            Group = task.Group,
            Message = task.Message,
            DelaySeconds = task.DelaySeconds,
            State = task.State,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(task.CreatedAt),
            DueAt = DateTimeOffset.FromUnixTimeMilliseconds(task.DueAt),
            FinishedAt = finishedAt,
            Result = task is { State: TaskState.Completed, Work: null }
                ? string.Create(CultureInfo.InvariantCulture, $"{finishedAt!.Value.UtcDateTime + task.Offset:HH:mm:ss} {task.Message}")
                : null,
            Error = task.State.IsDoneWithoutResult() ? task.Error ?? TaskErrors.CancelledPlainly : null,
            Version = task.Version,
            Work = task.Work,
        };
    }

    /// <summary>The task with the token that its creation is answered with, if there is one and the task isn't done.</summary>
    public TaskSnapshot WithLease(LeaseToken? lease) => lease is null || IsDone || Work is not { } work ? this : this with { Work = work with { Lease = lease } };

    /// <summary>The task as failed.</summary>
    public TaskSnapshot Fail(TaskError error, DateTimeOffset finishedAt) => this with { State = TaskState.Failed, FinishedAt = finishedAt, Result = null, Error = error };
}
