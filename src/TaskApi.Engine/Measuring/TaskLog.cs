namespace TaskApi.Engine.Measuring;

/// <summary>START and END of each task, at Debug. Messages are the clients' own and are never logged.</summary>
internal static partial class TaskLog
{
    [LoggerMessage(100, LogLevel.Debug, "START {TaskId} due {DueAt:O}")]
    public static partial void Start(ILogger logger, Guid taskId, DateTimeOffset dueAt);

    [LoggerMessage(101, LogLevel.Debug, "END {TaskId} {State} at {FinishedAt:O}")]
    public static partial void End(ILogger logger, Guid taskId, TaskState state, DateTimeOffset? finishedAt);
}
