namespace TaskApi.Engine.Memory;

/// <summary>What a heap of lanes is for: each lane is in one of each at the most.</summary>
internal enum LaneOrder
{
    /// <summary>A queue's, in the order of the tasks whose turn it is first.</summary>
    OfQueue,

    /// <summary>A group's, in the same order.</summary>
    OfGroup,

    /// <summary>A queue's, by since when a task waits.</summary>
    ByWait,
}

/// <summary>A binary heap of lanes. Used under the storage's lock.</summary>
/// <param name="order">Their order.</param>
internal sealed class LaneHeap(LaneOrder order)
{
    private readonly List<ReadyLane> _lanes = new(1);

    /// <summary>True if there are none.</summary>
    public bool IsEmpty => _lanes.Count == 0;

    /// <summary>The lane that is first of all; null if there is none.</summary>
    public ReadyLane? Top => _lanes.Count == 0 ? null : _lanes[0];

    /// <summary>The task whose turn it is first of all; null if there is none.</summary>
    public WorkState? First => Top?.First;

    /// <summary>A lane has another place in the order than before; or it comes in, or goes.</summary>
    public void Update(ReadyLane lane, bool isIn)
    {
        ref var index = ref lane.Index(order);
        if (!isIn)
        {
            if (index >= 0) Remove(lane);
            return;
        }

        if (index < 0)
        {
            index = _lanes.Count;
            _lanes.Add(lane);
        }

        Sink(Rise(index));
    }

    /// <summary>All go, and none of them comes in again.</summary>
    public void Clear() => _lanes.Clear();

    private int Compare(ReadyLane left, ReadyLane right) =>
        order == LaneOrder.ByWait ? left.OldestReadyAt.CompareTo(right.OldestReadyAt) : ReadyLane.Compare(left, right);

    private void Remove(ReadyLane lane)
    {
        var last = _lanes[^1];
        _lanes.RemoveAt(_lanes.Count - 1);
        if (last != lane)
        {
            Put(last, lane.Index(order));
            Sink(Rise(last.Index(order)));
        }

        lane.Index(order) = -1;
    }

    private int Rise(int index)
    {
        for (var parent = (index - 1) / 2; index > 0 && Compare(_lanes[index], _lanes[parent]) < 0; parent = (index - 1) / 2) index = Swap(index, parent);
        return index;
    }

    private void Sink(int index)
    {
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _lanes.Count) return;
            if (child + 1 < _lanes.Count && Compare(_lanes[child + 1], _lanes[child]) < 0) child++;
            if (Compare(_lanes[index], _lanes[child]) <= 0) return;
            index = Swap(index, child);
        }
    }

    private int Swap(int from, int to)
    {
        var moved = _lanes[from];
        Put(_lanes[to], from);
        Put(moved, to);
        return to;
    }

    private void Put(ReadyLane lane, int index)
    {
        _lanes[index] = lane;
        lane.Index(order) = index;
    }
}
