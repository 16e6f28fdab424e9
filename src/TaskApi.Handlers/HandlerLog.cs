namespace TaskApi.Handlers;

/// <summary>What the log says of handlers. Inputs and results are the clients' own and are never logged.</summary>
internal static partial class HandlerLog
{
    [LoggerMessage(120, LogLevel.Error, "Task {TaskId} of type {TaskType} failed in attempt {Attempt}: {Reason}")]
    public static partial void Failed(ILogger logger, Exception? exception, Guid taskId, string taskType, int attempt, string reason);

    [LoggerMessage(121, LogLevel.Warning, "Task {TaskId} of type {TaskType} failed in attempt {Attempt}, and is tried again at {DueAt:O}: {Reason}")]
    public static partial void Retrying(ILogger logger, Exception? exception, Guid taskId, string taskType, int attempt, DateTimeOffset? dueAt, string reason);

    [LoggerMessage(122, LogLevel.Warning, "Task {TaskId} of type {TaskType} is given up in attempt {Attempt}: its handler was told to end and runs on. It counts towards MaxRunning until it ends")]
    public static partial void GivenUp(ILogger logger, Guid taskId, string taskType, int attempt);

    [LoggerMessage(123, LogLevel.Information, "The handler of task {TaskId} of type {TaskType}, given up in attempt {Attempt}, has ended")]
    public static partial void EndedAfterAll(ILogger logger, Guid taskId, string taskType, int attempt);

    [LoggerMessage(124, LogLevel.Warning, "Task {TaskId} of type {TaskType} is left in attempt {Attempt}: the program stops, and its handler runs on")]
    public static partial void LeftRunning(ILogger logger, Guid taskId, string taskType, int attempt);

    [LoggerMessage(127, LogLevel.Error, "What a handler does when its token is cancelled has failed")]
    public static partial void CallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(129, LogLevel.Warning, "The progress of {Count} attempts can't be told; it is tried again until it can")]
    public static partial void CannotReport(ILogger logger, Exception exception, int count);

    [LoggerMessage(130, LogLevel.Information, "The progress of attempts can be told again")]
    public static partial void ReportsAgain(ILogger logger);

    /// <summary>An attempt has ended in an error.</summary>
    public static void Raised(ILogger logger, HandlerAttempt attempt, string reason, TaskState state, DateTimeOffset? dueAt)
    {
        if (state == TaskState.Pending)
            Retrying(logger, attempt.Exception, attempt.Id, attempt.Type, attempt.Attempt, dueAt, reason);
        else
            Failed(logger, attempt.Exception, attempt.Id, attempt.Type, attempt.Attempt, reason);
    }
}
