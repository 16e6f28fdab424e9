namespace TaskApi.Engine;

/// <summary>
/// The completion of one task: its own <see cref="System.Threading.Tasks.Task"/>, its own cancellation source, and the
/// waits over many tasks that include it. Thread-safe.
/// </summary>
internal sealed class TaskCompletion
{
    private readonly TaskCompletionSource<TaskSnapshot> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the final snapshot when the task is finished, however it ends. Never faults, is never cancelled; continuations run asynchronously.</summary>
    public Task<TaskSnapshot> Task => _source.Task;
}
