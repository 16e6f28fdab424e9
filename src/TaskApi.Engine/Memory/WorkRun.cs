using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>
/// An attempt while it runs. Its deadlines are steady ticks: a wall clock that is set forward, or a machine that slept, takes no lease away. Used
/// under the storage's lock.
/// </summary>
internal sealed class WorkRun
{
    /// <summary>How often progress is told of, in milliseconds: four times a second.</summary>
    public const int ProgressPause = 250;

    /// <summary>A deadline that there isn't.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Who runs it.</summary>
    public required WorkerState Worker;

    /// <summary>Who is told of it; null for nobody.</summary>
    public ILeaseHolder? Holder;

    /// <summary>The heartbeats held open that name it, of a task that nobody holds, or this process; null if there has been none.</summary>
    public List<HeartbeatWait>? Heartbeats;

    /// <summary>When the lease ends; <see cref="Never"/> for one that doesn't.</summary>
    public long LeaseTick = Never;

    /// <summary>When the attempt has taken as long as it may.</summary>
    public long LimitTick = Never;

    /// <summary>When the time to clean up is over.</summary>
    public long GraceTick = Never;

    /// <summary>When progress may be told of again.</summary>
    public long ProgressTick;

    /// <summary>There is progress to be told of then.</summary>
    public bool OwesProgress;

    /// <summary>Why it is asked to end; null if it isn't.</summary>
    public TaskError? CancelRequest;

    /// <summary>Until when it may clean up, as clients are told.</summary>
    public DateTimeOffset GraceUntil;

    /// <summary>The worker has said that it knows.</summary>
    public bool IsCancelSeen;

    /// <summary>The first of its deadlines.</summary>
    public long FirstTick => Math.Min(Deadlines.First, OwesProgress ? ProgressTick : Never);

    private AttemptDeadlines Deadlines => new(LeaseTick, LimitTick, GraceTick);

    /// <summary>What the first deadline that is over leads to; null if none is, or nothing but progress.</summary>
    /// <param name="now">The steady tick.</param>
    public TaskCommand? Passed(long now) => Deadlines.Passed(now);

    /// <summary>There may be something to tell: to the worker who holds it, and to those that name it.</summary>
    public void WakeHeartbeats(WorkSignals signals)
    {
        foreach (var heartbeat in Worker.Heartbeats) signals.Wake(heartbeat);
        foreach (var heartbeat in Heartbeats ?? []) signals.Wake(heartbeat);
    }
}
