using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api;

/// <summary>The problems that tasks give rise to.</summary>
internal static class TaskProblemTypes
{
    public static readonly ProblemType TaskNotFound = new("task-not-found", "There is no such task.", StatusCodes.Status404NotFound);
    public static readonly ProblemType ScheduleNotFound = new("schedule-not-found", "There is no such schedule.", StatusCodes.Status404NotFound);
    public static readonly ProblemType TaskNotFinished = new("task-not-finished", "The task has not finished yet.", StatusCodes.Status409Conflict);
    public static readonly ProblemType TaskAlreadyFinished = new("task-already-finished", "The task has already finished.", StatusCodes.Status409Conflict);
    public static readonly ProblemType TaskExists = new("task-exists", "There is a task with this unique key.", StatusCodes.Status409Conflict);
    public static readonly ProblemType TaskRunning = new("task-running", "The task is running.", StatusCodes.Status409Conflict);
    public static readonly ProblemType TaskCancelled = new("task-cancelled", "The task was cancelled.", StatusCodes.Status410Gone);
    public static readonly ProblemType PreconditionFailed = new("precondition-failed", "What is there is not as the call expects it.", StatusCodes.Status412PreconditionFailed);
    public static readonly ProblemType TaskFailed = new("task-failed", "The task failed.", StatusCodes.Status424FailedDependency);
    public static readonly ProblemType GatherFailed = new("gather-failed", "One of the gathered tasks did not complete.", StatusCodes.Status424FailedDependency);
    public static readonly ProblemType StorageUnavailable = new("storage-unavailable", "The storage can't be used now.", StatusCodes.Status503ServiceUnavailable);
}
