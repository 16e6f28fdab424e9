namespace TaskApi.Engine.Memory;

/// <summary>A binary heap of lanes, in the order of the tasks whose turn it is first in each. Used under the storage's lock.</summary>
/// <param name="isOfQueue">True for the heap of a queue, false for that of a group: each lane is in one of each.</param>
internal sealed class LaneHeap(bool isOfQueue)
{
    private readonly List<ReadyLane> _lanes = new(1);

    /// <summary>True if there are none.</summary>
    public bool IsEmpty => _lanes.Count == 0;

    /// <summary>The task whose turn it is first of all; null if there is none.</summary>
    public WorkState? First => _lanes.Count == 0 ? null : _lanes[0].First;

    /// <summary>A lane has another first task than before; or it has tasks that may start, or none any more.</summary>
    public void Update(ReadyLane lane, bool isIn)
    {
        ref var index = ref lane.Index(isOfQueue);
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

    private void Remove(ReadyLane lane)
    {
        var last = _lanes[^1];
        _lanes.RemoveAt(_lanes.Count - 1);
        if (last != lane)
        {
            Put(last, lane.Index(isOfQueue));
            Sink(Rise(last.Index(isOfQueue)));
        }

        lane.Index(isOfQueue) = -1;
    }

    private int Rise(int index)
    {
        for (var parent = (index - 1) / 2; index > 0 && ReadyLane.Compare(_lanes[index], _lanes[parent]) < 0; parent = (index - 1) / 2) index = Swap(index, parent);
        return index;
    }

    private void Sink(int index)
    {
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _lanes.Count) return;
            if (child + 1 < _lanes.Count && ReadyLane.Compare(_lanes[child + 1], _lanes[child]) < 0) child++;
            if (ReadyLane.Compare(_lanes[index], _lanes[child]) <= 0) return;
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
        lane.Index(isOfQueue) = index;
    }
}
