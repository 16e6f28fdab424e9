namespace TaskApi.Engine.Work;

/// <summary>What the log says of handlers and the storage in this process.</summary>
internal static partial class RunnerLog
{
    [LoggerMessage(125, LogLevel.Error, "The storage can't be asked for tasks of type {TaskType}; it is asked again in {Seconds} s")]
    public static partial void CannotAcquire(ILogger logger, Exception exception, string taskType, double seconds);

    [LoggerMessage(126, LogLevel.Error, "The storage doesn't take the outcomes of {Count} attempts; they are told again in {Seconds} s")]
    public static partial void CannotFinish(ILogger logger, Exception exception, int count, double seconds);

    [LoggerMessage(128, LogLevel.Information, "Handlers run tasks of the types {TaskTypes}")]
    public static partial void Started(ILogger logger, string taskTypes);
}
