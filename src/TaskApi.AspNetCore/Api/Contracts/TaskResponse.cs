using System.Text.Json.Serialization;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>A task as clients see it.</summary>
[JsonConverter(typeof(TaskResponseConverter))]
internal sealed record TaskResponse
{
    // Without flags of their own: so a message's answer takes no more room than it did before there was Work.
    private readonly DateTimeOffset _finishedAt;
    private readonly DateTimeOffset _dueAt;

    /// <summary>UUID v7, chosen by the server; time-ordered.</summary>
    public required Guid Id { get; init; }

    /// <summary>The client's label.</summary>
    public required string? Name { get; init; }

    /// <summary>The client's grouping key.</summary>
    public required string? Group { get; init; }

    /// <summary>The message to deliver; absent if the task has a <c>type</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required string? Message { get; init; }

    /// <summary>The delay last asked for, in seconds; from <c>dueAt</c>, if that was given (0 for one in the past).</summary>
    public required double DelaySeconds { get; init; }

    /// <summary>Where the task stands.</summary>
    public required TaskState Status { get; init; }

    /// <summary>True once the task is completed, cancelled or failed.</summary>
    public required bool Done { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is, or was, due; of a task that is to be begun again, when it is next. Null while it waits for others.</summary>
    public required DateTimeOffset? DueAt { get => _dueAt == WorkAfter.NotDue ? null : _dueAt; init => _dueAt = value ?? WorkAfter.NotDue; }

    /// <summary>When it reached its final state; null before.</summary>
    public required DateTimeOffset? FinishedAt { get => _finishedAt == default ? null : _finishedAt; init => _finishedAt = value ?? default; }

    /// <summary>Once completed: of a message <c>HH:mm:ss message</c>, with the server's local time at completion, else what the coroutine returned, any JSON.</summary>
    public required string? Result { get; init; }

    /// <summary>Why it was cancelled or failed; null otherwise.</summary>
    public required TaskErrorResponse? Error { get; init; }

    /// <summary>What it has in place of a message; null for a message.</summary>
    internal WorkResponse? Work { get; init; }
}

/// <summary>Why a task ended without a result.</summary>
/// <param name="Reason"><c>cancelled</c>, <c>timeout</c>, <c>shutdown</c>, or for a failure the exception's type, <c>attempt-timeout</c> or <c>worker-lost</c>.</param>
/// <param name="Detail">What the canceller or the exception said.</param>
internal sealed record TaskErrorResponse(string Reason, string? Detail);
