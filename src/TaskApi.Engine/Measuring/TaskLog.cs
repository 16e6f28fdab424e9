namespace TaskApi.Engine.Measuring;

/// <summary>START and END of each task, at Debug, and what went wrong as its end was told. Messages are the clients' own and are never logged.</summary>
internal static partial class TaskLog
{
    [LoggerMessage(100, LogLevel.Debug, "START {TaskId} due {DueAt:O}")]
    public static partial void Start(ILogger logger, Guid taskId, DateTimeOffset dueAt);

    [LoggerMessage(101, LogLevel.Debug, "END {TaskId} {State} at {FinishedAt:O}")]
    public static partial void End(ILogger logger, Guid taskId, TaskState state, DateTimeOffset? finishedAt);

    [LoggerMessage(102, LogLevel.Error, "Some of those who wait for {TaskId} could not be told that it has ended")]
    public static partial void Untold(ILogger logger, Guid taskId, Exception exception);
}
