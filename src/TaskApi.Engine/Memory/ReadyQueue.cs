using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>What those who take from a queue, or of a type, have in common: who waits, and when it was last their turn.</summary>
internal abstract class ReadySource
{
    /// <summary>Those who wait for tasks, the first to come first.</summary>
    public LinkedList<AcquireWait> Waiters { get; } = new();

    /// <summary>When it was last served: a number that grows with each task handed out. The lowest comes first.</summary>
    public long Served { get; set; }

    /// <summary>It is counted among those that nobody needs now.</summary>
    public bool IsIdle { get; set; }

    /// <summary>True if nothing depends on its being remembered, but perhaps who waits.</summary>
    public abstract bool IsUnused { get; }

    /// <summary>The task whose turn it is; null if there is none that may start.</summary>
    public abstract WorkState? First { get; }
}

/// <summary>One owner's queue: its lanes, one a type, in the order of the tasks whose turn it is first in each. Used under the storage's lock.</summary>
/// <param name="owner">Whose it is: <see cref="OwnerTasks.Ordinal"/>.</param>
/// <param name="name">Its name.</param>
internal sealed class ReadyQueue(ushort owner, string name) : ReadySource
{
    private readonly Dictionary<string, ReadyLane> _lanes = new(1);

    // A binary heap of the lanes that have tasks.
    private readonly List<ReadyLane> _heap = new(1);

    // Those of types that the service runs itself, while they have tasks: who takes from the queue passes them over.
    private List<ReadyLane>? _builtIn;

    public ushort Owner { get; } = owner;

    public string Name { get; } = name;

    /// <summary>How many of its tasks are not due yet.</summary>
    public long Pending { get; set; }

    /// <summary>How many are due, and wait.</summary>
    public long Ready { get; set; }

    /// <summary>How many run.</summary>
    public long Running { get; set; }

    /// <summary>What bounds it; null if nothing does.</summary>
    public QueueGate? Gate { get; set; }

    /// <summary>False while what bounds it lets no task start.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>When somebody looks whether it has opened: a tick; 0: nobody does.</summary>
    public long OpensAt { get; set; }

    /// <summary>What it has.</summary>
    public QueueCounts Counts => new(Pending, Ready, Running);

    /// <inheritdoc/>
    public override bool IsUnused => Gate is null && Counts.IsZero;

    /// <inheritdoc/>
    public override WorkState? First => !IsOpen || _heap.Count == 0 ? null : _heap[0].First;

    /// <summary>When the task that has waited longest came due, in Unix milliseconds; <see cref="long.MaxValue"/> if none waits.</summary>
    public long OldestReadyAt
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var lane in Lanes) oldest = Math.Min(oldest, lane.OldestReadyAt);
            return oldest;
        }
    }

    /// <summary>The lanes that have tasks.</summary>
    public IEnumerable<ReadyLane> Lanes => _builtIn is null ? _heap : _heap.Concat(_builtIn);

    /// <summary>The lane of a type.</summary>
    public ReadyLane Lane(ReadyType type)
    {
        if (!_lanes.TryGetValue(type.Name, out var lane) || lane.Type != type) _lanes[type.Name] = lane = new ReadyLane(this, type);
        return lane;
    }

    /// <summary>A lane has another first task than before, or none any more.</summary>
    public void Update(ReadyLane lane)
    {
        if (lane.Type.IsBuiltIn)
        {
            UpdateBuiltIn(lane);
            return;
        }

        if (lane.HeapIndex < 0)
        {
            lane.HeapIndex = _heap.Count;
            _heap.Add(lane);
        }
        else if (lane.Count == 0)
        {
            Remove(lane);
            return;
        }

        Sink(Rise(lane.HeapIndex));
    }

    private void UpdateBuiltIn(ReadyLane lane)
    {
        _builtIn ??= new List<ReadyLane>(1);
        if (lane.Count == 0) _builtIn.Remove(lane);
        else if (!_builtIn.Contains(lane)) _builtIn.Add(lane);
    }

    private void Remove(ReadyLane lane)
    {
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last != lane)
        {
            Put(last, lane.HeapIndex);
            Sink(Rise(last.HeapIndex));
        }

        lane.HeapIndex = -1;
        // Types come and go; the last one's lane is kept, to be used again.
        if (_lanes.Count > 1) _lanes.Remove(lane.Type.Name);
    }

    private int Rise(int index)
    {
        for (var parent = (index - 1) / 2; index > 0 && ReadyLane.Compare(_heap[index], _heap[parent]) < 0; parent = (index - 1) / 2) index = Swap(index, parent);
        return index;
    }

    private void Sink(int index)
    {
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _heap.Count) return;
            if (child + 1 < _heap.Count && ReadyLane.Compare(_heap[child + 1], _heap[child]) < 0) child++;
            if (ReadyLane.Compare(_heap[index], _heap[child]) <= 0) return;
            index = Swap(index, child);
        }
    }

    private int Swap(int from, int to)
    {
        var moved = _heap[from];
        Put(_heap[to], from);
        Put(moved, to);
        return to;
    }

    private void Put(ReadyLane lane, int index)
    {
        _heap[index] = lane;
        lane.HeapIndex = index;
    }
}

/// <summary>All tasks of one type that wait for their turn, whosever and in whatever queue: their lanes take turns. Used under the storage's lock.</summary>
/// <param name="name">Its name.</param>
internal sealed class ReadyType(string name) : ReadySource
{
    private readonly LinkedList<ReadyLane> _lanes = new();

    public string Name { get; } = name;

    /// <summary>How many lanes have tasks, whether they may start or not.</summary>
    public int Filled { get; set; }

    /// <summary>True if the service runs them itself: who takes from queues doesn't get them.</summary>
    public bool IsBuiltIn { get; } = WorkTypes.IsBuiltIn(name);

    /// <inheritdoc/>
    public override bool IsUnused => Filled == 0;

    /// <inheritdoc/>
    public override WorkState? First => _lanes.First?.Value.First;

    /// <summary>A lane has tasks that may start, or none any more; or it has had its turn.</summary>
    public void Update(ReadyLane lane)
    {
        if (lane.Place.List is not null) _lanes.Remove(lane.Place);
        if (lane.IsServed) _lanes.AddLast(lane.Place);
    }
}
