using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>From the engine's tasks to those that clients see.</summary>
internal static class TaskMapping
{
    /// <summary>The task as clients see it.</summary>
    public static TaskResponse ToResponse(this TaskSnapshot task) => new()
    {
        Id = task.Id,
        Name = task.Name,
        Group = task.Group,
        Message = task.Message,
        DelaySeconds = task.DelaySeconds,
        Status = task.State,
        Done = task.IsDone,
        CreatedAt = task.CreatedAt,
        DueAt = task.DueAt,
        FinishedAt = task.FinishedAt,
        Result = task.Result,
        Error = task.Error?.ToResponse(),
    };

    /// <summary>The tasks, in the same order, as clients see them.</summary>
    public static TaskResponse[] ToResponses(this IReadOnlyList<TaskSnapshot> tasks)
    {
        var responses = new TaskResponse[tasks.Count];
        for (var i = 0; i < responses.Length; i++)
            responses[i] = tasks[i].ToResponse();
        return responses;
    }

    /// <summary>The error as clients see it.</summary>
    public static TaskErrorResponse ToResponse(this TaskError error) => new(error.Reason, error.Detail);
}
