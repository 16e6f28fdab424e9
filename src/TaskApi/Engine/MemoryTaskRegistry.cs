using Microsoft.Extensions.Options;

namespace TaskApi.Engine;

/// <summary>
/// The tasks, in this process's memory. Every method is thread-safe. An owner sees only its own tasks: another's answer
/// <see cref="RegistryStatus.NotFound"/>, as if they didn't exist. The empty owner is everybody, where there are no keys.
/// </summary>
internal sealed class MemoryTaskRegistry(IOptions<TaskOptions> options, TimeProvider timeProvider, ILogger<MemoryTaskRegistry> logger) : IDisposable
{
    /// <summary>The events of all tasks, in order.</summary>
    public TaskEventLog Events { get; } = new(options.Value.EventBuffer);

    /// <summary>Creates a task. When this answers <see cref="RegistryStatus.Ok"/> its timer is armed.</summary>
    /// <param name="owner">The caller; empty where there are no keys.</param>
    /// <param name="task">What to create.</param>
    /// <param name="watch">True to get the completion to await with it.</param>
    /// <param name="cancellationToken">Given up before the creation, nothing is created.</param>
    public ValueTask<TaskAnswer> CreateAsync(string owner, NewTask task, bool watch, CancellationToken cancellationToken) => throw new NotSupportedException($"{options}{timeProvider}{logger}");

    /// <summary>Creates all of the tasks, or none.</summary>
    public ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<NewTask> tasks, bool watch, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Looks a task up.</summary>
    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Looks a task up together with the completion to await, if it is pending.</summary>
    public ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Looks tasks up together with their completions; an unknown one is a default handle (its <see cref="TaskHandle.Task"/> null) at its place.</summary>
    public ValueTask<TaskHandle[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>All tasks of a group known now, in creation order, with their completions.</summary>
    public ValueTask<TaskHandle[]> WatchGroupAsync(string owner, string group, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Cancels a pending task. <see cref="RegistryStatus.Ok"/> with the task, now cancelled, also when it was cancelled already
    /// (with that first cancel's reason); <see cref="RegistryStatus.AlreadyFinished"/> if it completed or failed.
    /// </summary>
    public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Cancels what is pending of a group, or, for null, of the owner; answers how many.</summary>
    public ValueTask<long> CancelManyAsync(string owner, string? group, TaskError error, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Changes a pending task; <see cref="RegistryStatus.AlreadyFinished"/> if it is done.</summary>
    public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>A page of tasks in creation order. Its cost does not depend on how many tasks there are.</summary>
    public ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Counts and figures. O(1).</summary>
    public ValueTask<RegistryStats> GetStatsAsync(string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>By how much the pending task that should have completed first is overdue; zero if none is.</summary>
    public TimeSpan Overdue => throw new NotSupportedException();

    /// <summary>
    /// Takes nothing new from now on (<see cref="RegistryStatus.ShuttingDown"/>), lets pending tasks come due for <paramref name="grace"/>,
    /// then cancels the rest with reason <see cref="TaskError.Shutdown"/>.
    /// </summary>
    public Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Stops the clockwork.</summary>
    public void Dispose() { }
}
