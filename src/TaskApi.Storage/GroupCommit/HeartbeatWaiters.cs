using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Heartbeats that are held open, found by the tasks that they name. Thread-safe.</summary>
internal sealed class HeartbeatWaiters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, List<HeartbeatWaiter>> _byTask = [];
    private readonly HashSet<HeartbeatWaiter> _all = [];

    /// <summary>Begins to hold one open.</summary>
    public HeartbeatWaiter Hold(IReadOnlyList<LeaseBeat> leases)
    {
        var waiter = new HeartbeatWaiter([.. leases.Select(static beat => TaskNumbers.Of(beat.Token.Task)).Distinct()]);
        lock (_gate)
        {
            _all.Add(waiter);
            foreach (var sequence in waiter.Sequences)
            {
                if (!_byTask.TryGetValue(sequence, out var waiters)) _byTask[sequence] = waiters = new List<HeartbeatWaiter>(1);
                waiters.Add(waiter);
            }
        }

        return waiter;
    }

    /// <summary>Ends that.</summary>
    public void Leave(HeartbeatWaiter waiter)
    {
        lock (_gate)
        {
            _all.Remove(waiter);
            foreach (var sequence in waiter.Sequences)
                if (_byTask.TryGetValue(sequence, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0) _byTask.Remove(sequence);
        }
    }

    /// <summary>There may be something to tell of a task.</summary>
    public void Wake(long sequence)
    {
        lock (_gate)
        {
            if (!_byTask.TryGetValue(sequence, out var waiters)) return;
            foreach (var waiter in waiters) waiter.Wake();
        }
    }

    /// <summary>There may be something to tell to all.</summary>
    public void WakeAll()
    {
        lock (_gate)
            foreach (var waiter in _all) waiter.Wake();
    }
}

/// <summary>A heartbeat that is held open. Thread-safe.</summary>
/// <param name="sequences">The numbers of the tasks that it names.</param>
internal sealed class HeartbeatWaiter(long[] sequences)
{
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long[] Sequences { get; } = sequences;

    /// <summary>Completes when there may be something to tell.</summary>
    public Task Woken => Volatile.Read(ref _woken).Task;

    /// <summary>Waits for the next time; to be called before the look at what there is to tell.</summary>
    public void Reset() => Volatile.Write(ref _woken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Wake() => Volatile.Read(ref _woken).TrySetResult();
}
