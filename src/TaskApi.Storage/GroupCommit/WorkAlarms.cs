using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>When time does something to a task with work, and what. For the writer alone.</summary>
/// <param name="batch">Tells what time it is.</param>
/// <param name="clock">The run's clock.</param>
internal sealed class WorkAlarms(WriteBatch batch, RunClock clock)
{
    /// <summary>Since when workers can have renewed their leases, on the retention clock: none is lost before it has had the time to be renewed.</summary>
    public long Since { get; set; }

    /// <summary>When its time limit is over, on the run's clock.</summary>
    public static long TimeoutOf(TaskRow task) => task.Timeout ?? long.MaxValue;

    /// <summary>When time does something to it next, on the run's clock; null: never.</summary>
    public long? AlarmOf(TaskRow task, WorkRow work)
    {
        if (task.State.IsDone()) return null;
        var timeout = TimeoutOf(task);
        var next = !work.IsRunning ? Math.Min(timeout, work.IsReady || work.AfterLeft > 0 ? long.MaxValue : work.DueTick)
            : Math.Min(clock.FromRetention(DeadlinesOf(work).First), work.CancelRequest is null ? timeout : long.MaxValue);
        return next == long.MaxValue ? null : next;
    }

    /// <summary>What the first deadline that is over leads to; null if none is.</summary>
    public TaskCommand? Passed(in HeldWork held)
    {
        if (held.Work.IsRunning && DeadlinesOf(held.Work).Passed(batch.RetentionNow) is { } ended) return ended;
        return TimeoutOf(held.Task) <= batch.Run && held.Work.CancelRequest is null ? TaskCommand.TimeOut() : null;
    }

    private AttemptDeadlines DeadlinesOf(WorkRow work)
    {
        var lease = work is { Beat: null, LeaseUntil: { } until } ? Math.Max(until, work.LeaseMs is { } length ? Since + length : until) : long.MaxValue;
        return new AttemptDeadlines(lease, work.LimitAt ?? long.MaxValue, work.GraceUntil ?? long.MaxValue);
    }
}
