using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The problems that a task's own state gives rise to.</summary>
internal static class TaskProblems
{
    /// <summary>Why <paramref name="task"/>, which has not completed, has no result.</summary>
    public static ProblemResult WithoutResult(TaskSnapshot task, DateTimeOffset now) => task.State switch
    {
        TaskState.Pending or TaskState.Running => new(TaskProblemTypes.TaskNotFinished, task.State == TaskState.Running
            ? "The task is running; ask again, or wait for it with waitSeconds."
            : "The task is pending; ask again when it is due, or wait for it with waitSeconds.")
        {
            RetryAfterSeconds = TaskRetryAfter.RetrySeconds(task, now),
        },
        TaskState.Cancelled => new(TaskProblemTypes.TaskCancelled, "The task was cancelled and will never have a result.") { Members = new ProblemMembers { Error = task.Error?.ToResponse() }.Named() },
        _ => new(TaskProblemTypes.TaskFailed, "The task failed and will never have a result.") { Members = new ProblemMembers { Error = task.Error?.ToResponse() }.Named() },
    };

    /// <summary>The task's final state doesn't allow the call.</summary>
    public static ProblemResult AlreadyFinished(TaskSnapshot task) =>
        new(TaskProblemTypes.TaskAlreadyFinished, $"The task has {Verb(task.State)}; its final state does not change any more.");

    private static string Verb(TaskState state) => state switch
    {
        TaskState.Completed => "completed",
        TaskState.Cancelled => "been cancelled",
        _ => "failed",
    };
}
