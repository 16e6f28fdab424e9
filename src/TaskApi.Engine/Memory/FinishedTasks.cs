using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>The tasks that are done, until they are forgotten: failed ones stay longer, so that somebody can look at them. Used under the storage's lock.</summary>
/// <param name="table">The tasks.</param>
/// <param name="owners">Whose they are.</param>
/// <param name="capacity">What they take.</param>
/// <param name="options">How many are kept, and for how long.</param>
/// <param name="clock">Tells how long it has been; by elapsed time alone.</param>
/// <param name="callbacks">What was called for them.</param>
internal sealed class FinishedTasks(TaskTable table, OwnerTable owners, TaskCapacity capacity, TaskOptions options, EngineClock clock, MemoryCallbacks callbacks)
{
    private readonly FinishedQueue<TableNodes> _failed = new(new TableNodes(table));
    private readonly FinishedQueue<TableNodes> _others = new(new TableNodes(table));
    private readonly long _failedRetention = (long)Math.Ceiling(options.FailedRetention.TotalMilliseconds);
    private readonly long _retention = (long)Math.Ceiling(options.Retention.TotalMilliseconds);

    /// <summary>When the next task is to be forgotten; <see cref="long.MaxValue"/> if none is done.</summary>
    public long NextForgetTick => Math.Min(ForgetTick(_failed, _failedRetention), ForgetTick(_others, _retention));

    /// <summary>Adds a task that has just finished.</summary>
    /// <param name="sequence">The task's number.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="tick">The steady tick.</param>
    public void Add(long sequence, TaskState state, long tick) => (state == TaskState.Failed ? _failed : _others).Add(sequence, tick);

    /// <summary>If there are more than are kept, the oldest are forgotten. Before the lock is let go: until then whatever follows of a task's end finds the task.</summary>
    public void ForgetExcess()
    {
        while (_failed.Count > options.MaxFailed) Forget(_failed.TakeOldest());
        while (_others.Count > options.MaxFinished) Forget(_others.TakeOldest());
    }

    /// <summary>Forgets the task whose time is over first; there must be one.</summary>
    public void ForgetOldest() => Forget((ForgetTick(_failed, _failedRetention) < ForgetTick(_others, _retention) ? _failed : _others).TakeOldest());

    private long ForgetTick(FinishedQueue<TableNodes> queue, long retention) => queue.Count == 0 ? long.MaxValue : clock.FromSteady(queue.OldestTick + retention);

    private void Forget(long sequence)
    {
        var segment = table.Segment(sequence)!;
        var extras = segment.Extras(sequence);
        if (extras is { Follows: not FollowUps.None }) callbacks.Forget(sequence);
        capacity.Bytes -= TaskWeight.Of(in segment.Entry(sequence), extras);
        owners.Find(segment.Entry(sequence).Owner).Forget(sequence, extras);
        table.Forget(sequence);
    }
}
