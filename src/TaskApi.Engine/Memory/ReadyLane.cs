namespace TaskApi.Engine.Memory;

/// <summary>The tasks of one type in one queue that wait for their turn. Used under the storage's lock.</summary>
internal sealed class ReadyLane
{
    // By priority, the highest first: there are at most 201.
    private readonly List<ReadyLevel> _levels = new(1);

    public ReadyLane(ReadyQueue queue, ReadyType type)
    {
        (Queue, Type) = (queue, type);
        Place = new LinkedListNode<ReadyLane>(this);
    }

    public ReadyQueue Queue { get; }

    public ReadyType Type { get; }

    /// <summary>Its place among the lanes of its type that have tasks.</summary>
    public LinkedListNode<ReadyLane> Place { get; }

    /// <summary>Its place in the heap of its queue; negative if it has no tasks.</summary>
    public int HeapIndex { get; set; } = -1;

    /// <summary>How many tasks there are.</summary>
    public int Count { get; private set; }

    /// <summary>True if it has tasks that may start.</summary>
    public bool IsServed => Count > 0 && Queue.IsOpen;

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
