namespace TaskApi.Client;

/// <summary>
/// A task of the service, to be awaited, looked at and cancelled: what <c>asyncio.Task</c> is to a coroutine. It holds nothing
/// but the id, so it may be kept or thrown away; the task goes on either way. Thread-safe.
/// </summary>
/// <remarks>
/// Any call throws <see cref="TaskNotFoundException"/> for a task that is unknown or forgotten, and otherwise what
/// <see cref="TaskApiException"/> describes.
/// </remarks>
public sealed class TaskHandle
{
    private readonly TaskApiClient _client;

    internal TaskHandle(TaskApiClient client, Guid id)
    {
        _client = client;
        Id = id;
    }

    /// <summary>The task's id.</summary>
    public Guid Id { get; }

    /// <summary>The task as it stands.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    public Task<TaskInfo> GetAsync(CancellationToken cancellationToken = default) => _client.GetAsync(Id, cancellationToken);

    /// <summary>Whether the task is done, however it ended: <c>Task.done()</c>.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    public Task<bool> IsDoneAsync(CancellationToken cancellationToken = default) => _client.IsDoneAsync(Id, cancellationToken);

    /// <summary>Waits until the task is done, however it ends. Never throws because of how it ended.</summary>
    /// <param name="timeout">How long at the most; null for as long as it takes. When it is over the task goes on, and is answered as it stands.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>The task, finished unless the time was over first.</returns>
    public Task<TaskInfo> WaitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => _client.WaitAsync(Id, timeout, cancellationToken);

    /// <summary>Waits until the task is done, and answers with its result: <c>await task</c>.</summary>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns><c>HH:mm:ss message</c>.</returns>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskFailedException">The task failed: in the words of its coroutine. What the service says is the inner exception.</exception>
    public Task<string> ResultAsync(CancellationToken cancellationToken = default) => _client.ResultAsync(Id, cancellationToken);

    /// <summary>Cancels the task: <c>Task.cancel()</c>. It is cancelled, finally, when this returns; to cancel it again changes nothing.</summary>
    /// <param name="reason">Kept with the task: up to 256 characters, or null.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <returns>The task, cancelled.</returns>
    /// <exception cref="TaskAlreadyFinishedException">It has completed or failed.</exception>
    public Task<TaskInfo> CancelAsync(string? reason = null, CancellationToken cancellationToken = default) => _client.CancelAsync(Id, reason, cancellationToken);

    /// <summary>Gives the pending task another due time.</summary>
    /// <param name="delay">From now: 0 to 365 days.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="TaskAlreadyFinishedException">The task is done.</exception>
    public Task<TaskInfo> RescheduleAsync(TimeSpan delay, CancellationToken cancellationToken = default) =>
        RescheduleAsync(new TaskChange { Delay = delay }, cancellationToken);

    /// <summary>Changes the pending task's due time, message, or both.</summary>
    /// <param name="change">What to change.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="TaskAlreadyFinishedException">The task is done.</exception>
    public Task<TaskInfo> RescheduleAsync(TaskChange change, CancellationToken cancellationToken = default) => _client.RescheduleAsync(Id, change, cancellationToken);
}
