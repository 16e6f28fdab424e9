namespace TaskApi.Client.Work;

/// <summary>What the log says of a worker. Inputs and results are the clients' own and are never logged.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(5000, LogLevel.Information, "{Worker} works at {Address}, for the queues {Queues}")]
    public static partial void Started(ILogger logger, string worker, Uri address, string queues);

    [LoggerMessage(5001, LogLevel.Information, "{Worker} stops: {Running} tasks run, and may go on for {Seconds} s")]
    public static partial void Stopping(ILogger logger, string worker, int running, double seconds);

    [LoggerMessage(5002, LogLevel.Information, "{Worker} has ended")]
    public static partial void Ended(ILogger logger, string worker);

    [LoggerMessage(5003, LogLevel.Warning, "The service can't be reached; trying until it can: {Reason}")]
    public static partial void Unreachable(ILogger logger, string reason);

    [LoggerMessage(5004, LogLevel.Information, "The service is there again")]
    public static partial void ReachableAgain(ILogger logger);

    [LoggerMessage(5005, LogLevel.Error, "The service refuses this worker's calls: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(5006, LogLevel.Warning, "There is no handler for {TaskType}: its tasks are given back, to be offered again in {Seconds} s")]
    public static partial void NoHandler(ILogger logger, string taskType, double seconds);

    [LoggerMessage(5007, LogLevel.Warning, "The lease of task {TaskId} of type {TaskType} is lost in attempt {Attempt}: what its handler says doesn't count any more")]
    public static partial void LeaseLost(ILogger logger, Guid taskId, string taskType, int attempt);

    [LoggerMessage(5008, LogLevel.Warning, "The outcome of task {TaskId} was not taken: {Problem}")]
    public static partial void NotTaken(ILogger logger, Guid taskId, string problem);

    [LoggerMessage(5009, LogLevel.Error, "The service doesn't understand the outcome of task {TaskId}, which is given up: {Reason}")]
    public static partial void GivenUp(ILogger logger, Guid taskId, string reason);

    [LoggerMessage(5010, LogLevel.Error, "{Count} outcomes couldn't be told before the program ended")]
    public static partial void Untold(ILogger logger, int count);

    [LoggerMessage(5011, LogLevel.Error, "A part of the worker has failed, and is begun again")]
    public static partial void Fault(ILogger logger, Exception exception);
}
