using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>How the storage in memory ends.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Is told after each change.</param>
/// <param name="cancellation">Cancels what is left.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="clock">Knows what may still come due.</param>
internal sealed class MemoryDrain(MemoryTasks tasks, MemoryClockwork clockwork, BulkCancellation cancellation, TimeProvider timeProvider, EngineClock clock) : IStorageDrain
{
    // How long coroutines that are asked to end at last may clean up.
    private static readonly TimeSpan _lastGrace = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        long unfinished;
        long? sooner;
        lock (tasks.Gate)
        {
            tasks.Capacity.IsClosed = true;
            unfinished = tasks.Capacity.Unfinished;
            tasks.HandOut.WakeAll();
            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
        clockwork.SettleAll();
        var began = timeProvider.GetTimestamp();
        while (grace - timeProvider.GetElapsedTime(began) is var left && left > TimeSpan.Zero && MayChange(left, out var changed) && !cancellationToken.IsCancellationRequested)
            await changed.WaitAsync(left, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // All that is left is cancelled, for this reason and no other.
        clockwork.SettleAll();
        lock (tasks.Gate) tasks.Aftermath.IsOff = true;
        var error = new TaskError(TaskError.Shutdown, Detail: null);
        var cancelled = Cancel(error, force: false);
        if (grace > TimeSpan.Zero && MayChange(TimeSpan.Zero, out var ended))
            await ended.WaitAsync(_lastGrace, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancelled += Cancel(error, force: true);
        return new DrainSummary(unfinished - cancelled, cancelled);
    }

    // False if nothing changes in the time left: no task runs, and none comes due. Work that is due isn't started any more.
    private bool MayChange(TimeSpan left, out Task changed)
    {
        lock (tasks.Gate)
        {
            var runs = tasks.Capacity.Running > 0;
            var change = runs ? tasks.Capacity.Stopped : tasks.Capacity.Emptied;
            // Two may drain at once, and both are told: a host that is stopped twice does so.
            if (change is null or { Task.IsCompleted: true }) change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed = change.Task;
            if (runs) tasks.Capacity.Stopped = change;
            else tasks.Capacity.Emptied = change;
            return tasks.Capacity.Running > 0 || (tasks.Capacity.Unfinished > 0 && clock.Until(tasks.Timers.NextTick) <= left);
        }
    }

    private long Cancel(TaskError error, bool force)
    {
        var cancelled = 0L;
        foreach (var owner in tasks.Owners.All) cancelled += cancellation.Cancel(owner, default, error, force).Cancelled;
        clockwork.SettleAll();
        return cancelled;
    }
}
