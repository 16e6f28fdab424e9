using System.Runtime.InteropServices;
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

/// <summary>One owner's queue. Used under the storage's lock.</summary>
/// <param name="owner">Whose it is: <see cref="OwnerTasks.Ordinal"/>.</param>
/// <param name="name">Its name.</param>
internal sealed class ReadyQueue(int owner, string name) : ReadySource
{
    // Those of lanes that have been left, of which some may still have tasks.
    private readonly Stack<IEnumerator<ReadyLane>> _left = new();

    // Only where it counts by keys, and of lanes that have been left: else there are no more lanes than types.
    private readonly LaneHeap _byWait = new(LaneOrder.ByWait);
    private LaneHeap _heap = new(LaneOrder.OfQueue);
    private Dictionary<string, ReadyGroup> _groups = new(1);
    private Dictionary<(string Type, string? Key), ReadyLane> _lanes = new(1);

    // Of keys: how many of their tasks run; and their lanes, where they are counted by.
    private readonly Dictionary<string, int> _running = [];
    private Dictionary<string, List<ReadyLane>> _byKey = [];

    public int Owner { get; } = owner;

    public string Name { get; } = name;

    /// <summary>How many of its tasks are not due yet.</summary>
    public long Pending { get; set; }

    /// <summary>How many are due, and wait.</summary>
    public long Ready { get; set; }

    /// <summary>How many run.</summary>
    public long Running { get; private set; }

    /// <summary>What bounds it; null if nothing does.</summary>
    public QueueGate? Gate { get; set; }

    /// <summary>False while what bounds it lets no task start.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>True while its tasks are put into other lanes: until then it is closed.</summary>
    public bool IsArranging { get; set; }

    /// <summary>How often that has begun.</summary>
    public int Arrangement { get; private set; }

    /// <summary>True if it has lanes by key.</summary>
    public bool CountsByKey => MostPerKey is not null;

    /// <summary>When somebody looks whether it has opened: a tick; 0: nobody does.</summary>
    public long OpensAt { get; set; }

    /// <summary>What it has.</summary>
    public QueueCounts Counts => new(Pending, Ready, Running);

    /// <inheritdoc/>
    public override bool IsUnused => Gate is null && Counts.IsZero;

    /// <summary>True if it has tasks, or somebody has set something of it, or waits for it.</summary>
    public bool IsNamed => !IsUnused || Waiters.Count > 0;

    /// <inheritdoc/>
    public override WorkState? First => IsOpen ? _heap.First : null;

    /// <summary>When the task that has waited longest came due, in Unix milliseconds; <see cref="long.MaxValue"/> if none waits.</summary>
    public long OldestReadyAt
    {
        get
        {
            var oldest = _byWait.Top?.OldestReadyAt ?? long.MaxValue;
            if (CountsByKey) return oldest;
            foreach (var lane in _lanes.Values) oldest = Math.Min(oldest, lane.OldestReadyAt);
            return oldest;
        }
    }

    /// <summary>Its types.</summary>
    public IReadOnlyCollection<ReadyGroup> Groups => _groups.Values;

    // The most of a key's tasks that run; null: any number.
    private int? MostPerKey => Gate?.Settings.MaxRunningPerKey;

    /// <summary>The lane of a task that waits for its turn.</summary>
    public ReadyLane Lane(WorkState work, ReadyType type)
    {
        var key = MostPerKey is null ? null : work.Key;
        if (_lanes.TryGetValue((type.Name, key), out var lane) && lane.Group.Type == type) return lane;
        if (!_groups.TryGetValue(type.Name, out var group) || group.Type != type) _groups[type.Name] = group = new ReadyGroup(this, type);
        group.Count++;
        lane = _lanes[(type.Name, key)] = new ReadyLane(group, key);
        if (key is null) return lane;
        if (!_byKey.TryGetValue(key, out var same)) _byKey[key] = same = new List<ReadyLane>(1);
        same.Add(lane);
        return lane;
    }

    /// <summary>A lane has another first task than before, or none any more; or its key is at its bound, or not any more.</summary>
    public void Update(ReadyLane lane)
    {
        if (lane.IsLeft)
        {
            _byWait.Update(lane, lane.Count > 0);
            return;
        }

        var isIn = lane.Count > 0 && (lane.Key is not { } key || MostPerKey is not { } most || _running.GetValueOrDefault(key) < most);
        // Who takes from queues passes over what the service runs itself.
        _heap.Update(lane, isIn && !lane.Group.Type.IsBuiltIn);
        lane.Group.Lanes.Update(lane, isIn);
        _byWait.Update(lane, lane.Count > 0 && CountsByKey);
        if (lane.Count == 0) Drop(lane);
    }

    /// <summary>A task has started (1), or ceased to run (-1). Answers the lanes that it concerns, because of the task's key.</summary>
    public IReadOnlyList<ReadyLane> CountRunning(WorkState work, int by)
    {
        Running += by;
        if (work.Key is not { } key) return [];
        ref var running = ref CollectionsMarshal.GetValueRefOrAddDefault(_running, key, out _);
        running += by;
        if (running == 0) _running.Remove(key);
        return MostPerKey is not null && _byKey.TryGetValue(key, out var lanes) ? lanes : [];
    }

    /// <summary>The lanes of those keys of which tasks run.</summary>
    public IEnumerable<ReadyLane> LanesOfRunning() => _running.Keys.SelectMany(key => _byKey.GetValueOrDefault(key) ?? []);

    /// <summary>What it is bounded by is another: leaves all lanes. What is in them is to come to others, one task after the other.</summary>
    public void LeaveLanes()
    {
        // Where it counts by keys now, it has few lanes. Where it did, all are there already.
        if (CountsByKey)
            foreach (var lane in _lanes.Values) _byWait.Update(lane, lane.Count > 0);
        foreach (var group in _groups.Values) group.Lanes.Clear();
        _left.Push(_lanes.Values.GetEnumerator());
        (_heap, _groups, _lanes, _byKey) = (new LaneHeap(LaneOrder.OfQueue), new(1), new(1), []);
        Arrangement++;
    }

    /// <summary>A task in a lane that has been left; null if there is none. Those that are to have one lane come by how long they wait, as they are kept there.</summary>
    public WorkState? FirstLeft()
    {
        if (!CountsByKey && _byWait.First is { } first) return first;
        while (CountsByKey && _left.TryPeek(out var lanes))
        {
            if (lanes.Current is { First: { } work }) return work;
            if (!lanes.MoveNext()) _left.Pop();
        }

        _left.Clear();
        return null;
    }

    // Types and keys come and go; the last lane is kept, to be used again.
    private void Drop(ReadyLane lane)
    {
        if (lane.Key is null && _lanes.Count == 1) return;
        if (!_lanes.Remove((lane.Group.Type.Name, lane.Key))) return;
        if (--lane.Group.Count == 0) _groups.Remove(lane.Group.Type.Name);
        if (lane.Key is not { } key || !_byKey.TryGetValue(key, out var same)) return;
        same.Remove(lane);
        if (same.Count == 0) _byKey.Remove(key);
    }
}

/// <summary>All tasks of one type that wait for their turn, whosever and in whatever queue: their lanes take turns. Used under the storage's lock.</summary>
/// <param name="name">Its name.</param>
internal sealed class ReadyType(string name) : ReadySource
{
    private readonly LinkedList<ReadyGroup> _groups = new();

    public string Name { get; } = name;

    /// <summary>How many tasks of it wait, whether they may start or not.</summary>
    public int Filled { get; set; }

    /// <summary>True if the service runs them itself: who takes from queues doesn't get them.</summary>
    public bool IsBuiltIn { get; } = WorkTypes.IsBuiltIn(name);

    /// <inheritdoc/>
    public override bool IsUnused => Filled == 0;

    /// <inheritdoc/>
    public override WorkState? First => _groups.First?.Value.Lanes.First;

    /// <summary>A group has tasks that may start, or none any more; or it has had its turn.</summary>
    public void Update(ReadyGroup group)
    {
        if (group.Place.List is not null) _groups.Remove(group.Place);
        if (group.IsServed) _groups.AddLast(group.Place);
    }
}
