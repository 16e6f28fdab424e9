namespace TaskApi.Engine.Memory;

/// <summary>One owner's workers, by name. Bounded: of too many the one is forgotten that has been silent longest. Used under the storage's lock.</summary>
internal sealed class WorkerTable
{
    /// <summary>How many are remembered.</summary>
    public const int Most = 1000;

    /// <summary>How long after its last call one is still listed, in milliseconds.</summary>
    public const int ListedFor = 60_000;

    private readonly Dictionary<string, WorkerState> _workers = [];

    /// <summary>All that are remembered.</summary>
    public IEnumerable<WorkerState> All => _workers.Values;

    /// <summary>Notes that a worker calls.</summary>
    /// <param name="name">Which.</param>
    /// <param name="queues">What it asks for; null: nothing now.</param>
    /// <param name="tick">The steady tick.</param>
    /// <param name="now">The wall clock.</param>
    public WorkerState Note(string name, IReadOnlyList<string>? queues, long tick, DateTimeOffset now)
    {
        if (!_workers.TryGetValue(name, out var worker))
        {
            worker = new WorkerState(name);
            if (MakeRoom()) _workers[name] = worker;
        }

        (worker.SeenTick, worker.SeenAt) = (tick, now);
        if (queues is not null) worker.Queues = queues;
        return worker;
    }

    /// <summary>One that is remembered, or null.</summary>
    public WorkerState? Find(string name) => _workers.GetValueOrDefault(name);

    // Who runs something can't be forgotten: where all do, a newcomer isn't listed.
    private bool MakeRoom()
    {
        if (_workers.Count < Most) return true;
        WorkerState? oldest = null;
        foreach (var worker in _workers.Values)
            if (worker.IsUnused && (oldest is null || worker.SeenTick < oldest.SeenTick)) oldest = worker;
        return oldest is not null && _workers.Remove(oldest.Name);
    }
}
