namespace TaskApi.Engine.Memory;

/// <summary>Tasks of one type in one queue, and perhaps of one key, that wait for their turn. Used under the storage's lock.</summary>
internal sealed class ReadyLane
{
    // By priority, the highest first: there are at most 201.
    private readonly List<ReadyLevel> _levels = new(1);

    private int _indexInQueue = -1;
    private int _indexInGroup = -1;
    private int _indexByWait = -1;
    private readonly int _arrangement;

    /// <param name="group">Its queue and type.</param>
    /// <param name="key">The key of its tasks, where the queue counts by keys; null for those without one, or for all.</param>
    public ReadyLane(ReadyGroup group, string? key) => (Group, Key, _arrangement) = (group, key, group.Queue.Arrangement);

    public ReadyGroup Group { get; }

    public ReadyQueue Queue => Group.Queue;

    public string? Key { get; }

    /// <summary>True if its queue is arranged by another bound than when it was made: its tasks have yet to come to other lanes.</summary>
    public bool IsLeft => _arrangement != Queue.Arrangement;

    /// <summary>Its place in a heap; negative if it isn't there.</summary>
    public ref int Index(LaneOrder order)
    {
        if (order == LaneOrder.OfQueue) return ref _indexInQueue;
        return ref order == LaneOrder.OfGroup ? ref _indexInGroup : ref _indexByWait;
    }

    /// <summary>How many tasks there are.</summary>
    public int Count { get; private set; }

    /// <summary>The task whose turn it is first; null if there is none.</summary>
    public WorkState? First => Count == 0 ? null : _levels[0].First;

    /// <summary>When the one that has waited longest came due, in Unix milliseconds; <see cref="long.MaxValue"/> if there is none.</summary>
    public long OldestReadyAt
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var level in _levels) oldest = Math.Min(oldest, level.First?.ReadyAt ?? oldest);
            return oldest;
        }
    }

    public void Add(WorkState work)
    {
        Count++;
        var at = 0;
        while (at < _levels.Count && _levels[at].Priority > work.Priority) at++;
        if (at == _levels.Count || _levels[at].Priority != work.Priority) _levels.Insert(at, new ReadyLevel(this, work.Priority));
        _levels[at].Add(work);
        // The level that was kept when it became empty.
        if (at == 0 && _levels.Count == 2 && _levels[1].First is null) _levels.RemoveAt(1);
        else if (at == 1 && _levels[0].First is null) _levels.RemoveAt(0);
    }

    public void Remove(WorkState work)
    {
        Count--;
        var level = work.Ready!;
        level.Remove(work);
        // The last one stays, to be used again.
        if (level.First is null && _levels.Count > 1) _levels.Remove(level);
    }

    /// <summary>Which of two lanes with tasks has the one whose turn it is first.</summary>
    public static int Compare(ReadyLane left, ReadyLane right)
    {
        var (first, second) = (left.First!, right.First!);
        return first.Priority != second.Priority ? second.Priority.CompareTo(first.Priority) : ReadyLevel.Compare(first, second);
    }
}
