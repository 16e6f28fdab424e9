namespace TaskApi.Engine.Time;

/// <summary>
/// The finished tasks in the order in which they finished, linked through the entries' timers, which are no longer armed:
/// remembering one and forgetting the oldest cost O(1) and no memory. Used under the storage's lock.
/// </summary>
internal sealed class FinishedQueue<TNodes>(TNodes nodes) where TNodes : struct, IWheelNodes
{
    private long _oldest;
    private long _newest;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The tick at which the oldest one finished; <see cref="long.MaxValue"/> if there is none.</summary>
    public long OldestTick => Count == 0 ? long.MaxValue : nodes[_oldest].Tick;

    /// <summary>Adds a task that has just finished.</summary>
    public void Add(long handle, long tick)
    {
        ref var node = ref nodes[handle];
        (node.Tick, node.Next, node.Previous) = (tick, 0, 0);
        if (Count++ == 0) _oldest = handle;
        else nodes[_newest].Next = handle;
        _newest = handle;
    }

    /// <summary>Takes the oldest out; there must be one.</summary>
    public long TakeOldest()
    {
        var handle = _oldest;
        _oldest = nodes[handle].Next;
        Count--;
        return handle;
    }
}
