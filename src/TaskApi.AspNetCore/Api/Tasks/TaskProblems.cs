using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The problems that a task's own state gives rise to.</summary>
internal static class TaskProblems
{
    /// <summary>Why <paramref name="task"/>, which has not completed, has no result.</summary>
    public static ProblemResult WithoutResult(TaskSnapshot task, DateTimeOffset now) => task.State switch
    {
        TaskState.Pending => new(ProblemTypes.TaskNotFinished, "The task is pending; ask again when it is due, or wait for it with waitSeconds.")
        {
            RetryAfterSeconds = RetryAfter.Seconds(task, now),
        },
        TaskState.Cancelled => new(ProblemTypes.TaskCancelled, "The task was cancelled and will never have a result.") { Error = task.Error?.ToResponse() },
        _ => new(ProblemTypes.TaskFailed, "The task failed and will never have a result.") { Error = task.Error?.ToResponse() },
    };

    /// <summary>The task's final state doesn't allow the call.</summary>
    public static ProblemResult AlreadyFinished(TaskSnapshot task) =>
        new(ProblemTypes.TaskAlreadyFinished, $"The task has {Verb(task.State)}; its final state does not change any more.");

    private static string Verb(TaskState state) => state switch
    {
        TaskState.Completed => "completed",
        TaskState.Cancelled => "been cancelled",
        _ => "failed",
    };
}
