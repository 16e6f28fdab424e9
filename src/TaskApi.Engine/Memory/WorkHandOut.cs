using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>
/// Hands tasks whose turn it is to those who ask for them, or wait: the queues that one names take turns, whoever asks, and of those who wait the
/// first to come is served first. A task is given to whoever waits under the same hold of the lock in which its turn comes, unless very many are: then
/// those who wait are served some at a time, and who asks in between may be served before them. Used under the storage's lock.
/// </summary>
/// <param name="work">The tasks.</param>
/// <param name="clock">Tells when they start.</param>
internal sealed class WorkHandOut(WorkTasks work, EngineClock clock)
{
    private readonly WaitingWorkers _waiting = new();
    private readonly HashSet<HeartbeatWait> _heartbeats = [];

    // Used within one call each.
    private readonly List<ReadySource> _sources = [];
    private readonly List<LeasedTask> _taken = [];
    private long _tickets;

    /// <summary>Starts tasks whose turn it is.</summary>
    /// <param name="call">Who wants what.</param>
    /// <param name="owner">Whose tasks; means nothing where types are wanted.</param>
    /// <param name="worker">Who runs them.</param>
    /// <param name="most">How many at the most.</param>
    public LeasedTask[] Take(WorkAcquire call, int owner, WorkerState worker, int most)
    {
        FindSources(call, owner);
        if (_sources.Count == 0) return [];
        var now = Moment.Of(clock);
        for (var i = 0; _taken.Count < most && _sources.Count > 0;)
        {
            if (i >= _sources.Count) i = 0;
            var source = _sources[i];
            if (source.First is not { } task)
            {
                _sources.RemoveAt(i);
                continue;
            }

            var lane = task.Ready!.Lane;
            _taken.Add(work.Start(task, call, worker, now));
            work.Ready.Serve(source, lane);
            i++;
        }

        LeasedTask[] taken = [.. _taken];
        _taken.Clear();
        return taken;
    }

    /// <summary>Begins to wait.</summary>
    public AcquireWait Wait(WorkAcquire call, int owner, WorkerState worker)
    {
        var wait = new AcquireWait(call, owner, worker, ++_tickets);
        foreach (var name in call.Queues) Join(wait, work.Ready.EnsureQueue(owner, name));
        foreach (var name in call.Types) Join(wait, work.Ready.EnsureType(name));
        _waiting.Add(wait);
        return wait;
    }

    /// <summary>Ends a wait; does nothing if it has ended.</summary>
    public void Leave(AcquireWait wait)
    {
        foreach (var (source, place) in wait.Places)
        {
            source.Waiters.Remove(place);
            work.Ready.CountIdle(source);
        }

        wait.Places.Clear();
        _waiting.Remove(wait);
    }

    /// <summary>
    /// A worker has lost a lease. The calls for work that it holds open are answered as they stand: one that is frozen, or cut off, would be handed the
    /// very task that it has just lost; one that is alive asks again.
    /// </summary>
    /// <param name="owner">Whose worker it is.</param>
    /// <param name="worker">Which.</param>
    public void NoteLoss(OwnerTasks owner, WorkerState worker)
    {
        owner.Lost++;
        while (_waiting.First(owner.Name, worker.Name) is { } wait)
        {
            Leave(wait);
            work.Signals.Wake(wait);
        }
    }

    /// <summary>Holds a heartbeat open.</summary>
    public HeartbeatWait Hold(WorkerState worker)
    {
        var wait = new HeartbeatWait();
        worker.Heartbeats.Add(wait);
        _heartbeats.Add(wait);
        return wait;
    }

    /// <summary>Ends that.</summary>
    public void Leave(HeartbeatWait wait, WorkerState worker)
    {
        worker.Heartbeats.Remove(wait);
        _heartbeats.Remove(wait);
    }

    /// <summary>Before the lock is let go: whoever waits gets what has come, some at a time, and queues that nobody needs any more go.</summary>
    public void Settle()
    {
        if (work.Ready.HasFilled) GiveFilled();
        work.Ready.Sweep();
    }

    /// <summary>Wakes all who wait: nothing more is handed out.</summary>
    public void WakeAll()
    {
        foreach (var wait in _waiting.All) work.Signals.Wake(wait);
        foreach (var wait in _heartbeats) work.Signals.Wake(wait);
    }

    private void GiveFilled()
    {
        var (filled, left, i) = (work.Ready.Filled, MemoryTasks.ChunkSize, 0);
        for (; i < filled.Count; i++)
        {
            var group = filled[i];
            while (left > 0 && group.IsServed && FirstWaiter(group) is { } wait)
            {
                Leave(wait);
                wait.Tasks = Take(wait.Call, wait.Owner, wait.Worker, Math.Min(wait.Call.Max, MemoryTasks.ChunkSize));
                work.Signals.Wake(wait);
                left -= Math.Max(1, wait.Tasks.Length);
            }

            if (left <= 0) break;
        }

        work.Ready.ClearFilled(i);
    }

    private static AcquireWait? FirstWaiter(ReadyGroup group)
    {
        var (first, second) = (group.Type.IsBuiltIn ? null : group.Queue.Waiters.First?.Value, group.Type.Waiters.First?.Value);
        return first is null || (second is not null && second.Ticket < first.Ticket) ? second : first;
    }

    private void Join(AcquireWait wait, ReadySource source)
    {
        wait.Places.Add((source, source.Waiters.AddLast(wait)));
        work.Ready.CountIdle(source);
    }

    // Who was served longest ago comes first.
    private void FindSources(WorkAcquire call, int owner)
    {
        _sources.Clear();
        foreach (var name in call.Queues)
            if (work.Ready.FindQueue(owner, name) is { First: not null } queue) _sources.Add(queue);
        foreach (var name in call.Types)
            if (work.Ready.FindType(name) is { First: not null } type) _sources.Add(type);
        if (_sources.Count > 1) _sources.Sort(static (left, right) => left.Served.CompareTo(right.Served));
    }
}
