using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>A task with those that it has created and those that it waits for, and so on.</summary>
/// <param name="Task">The task.</param>
/// <param name="Truncated">True if there may be more than is shown: there are too many, or they are too deep.</param>
internal sealed record TreeResponse(TreeNodeResponse Task, bool Truncated);

/// <summary>A task in a tree.</summary>
internal sealed record TreeNodeResponse
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The client's label.</summary>
    public required string? Name { get; init; }

    /// <summary>Which coroutine runs; null for a message.</summary>
    public required string? Type { get; init; }

    /// <summary>Where the task stands.</summary>
    public required TaskState Status { get; init; }

    /// <summary>Those that it has created, or that run it again, in the order of their creation.</summary>
    public required IReadOnlyList<TreeNodeResponse> Created { get; init; }

    /// <summary>Those that it was to wait for, in the order in which they were given.</summary>
    public required IReadOnlyList<TreeNodeResponse> Awaits { get; init; }

    /// <summary>True if what is below it stands at another place of the tree; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Repeated { get; init; }
}
