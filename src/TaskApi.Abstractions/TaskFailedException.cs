namespace TaskApi;

/// <summary>
/// Thrown by a handler: the attempt has failed, for a reason in the handler's own words, and perhaps for good. Thrown to whoever awaits the result of a
/// task that has failed, in the words that it failed with.
/// </summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>The attempt has failed.</summary>
    /// <param name="reason">The error's reason, for programs to tell errors apart by: what is longer than 128 characters is cut.</param>
    /// <param name="detail">The error's detail, for people; null for none. What is longer than 4,096 characters is cut.</param>
    /// <param name="retry">False for what can't be mended by another attempt: the task fails, however many it has left.</param>
    /// <param name="innerException">What led to it, for the log; null for nothing.</param>
    public TaskFailedException(string reason, string? detail = null, bool retry = true, Exception? innerException = null)
        : base(detail is null ? reason : $"{reason}: {detail}", innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        (Reason, Detail, Retry) = (reason, detail, retry);
    }

    /// <summary>The error's reason.</summary>
    public string Reason { get; }

    /// <summary>The error's detail; null for none.</summary>
    public string? Detail { get; }

    /// <summary>False: no further attempt.</summary>
    public bool Retry { get; }
}
