using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>How the storage in memory ends.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="cancellation">Cancels what is left.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="clock">Knows what may still come due.</param>
internal sealed class MemoryDrain(MemoryTasks tasks, BulkCancellation cancellation, TimeProvider timeProvider, EngineClock clock) : IStorageDrain
{
    /// <inheritdoc/>
    public async Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        Task drained;
        long pending;
        lock (tasks.Gate)
        {
            tasks.Capacity.IsClosed = true;
            pending = tasks.Capacity.Pending;
            tasks.Capacity.Emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (tasks.Capacity.Pending == 0 || clock.Until(tasks.NextDueTick) > grace) tasks.Capacity.Emptied.TrySetResult();
            drained = tasks.Capacity.Emptied.Task;
        }

        if (grace > TimeSpan.Zero)
            await drained.WaitAsync(grace, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var cancelled = 0L;
        foreach (var owner in tasks.Owners.All)
            cancelled += cancellation.Cancel(owner, group: null, new TaskError(TaskError.Shutdown, Detail: null));
        return new DrainSummary(pending - cancelled, cancelled);
    }
}
