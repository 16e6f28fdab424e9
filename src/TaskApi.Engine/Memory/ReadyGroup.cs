namespace TaskApi.Engine.Memory;

/// <summary>The tasks of one type in one queue that wait for their turn: one lane, or, where the queue counts by keys, one for each key. Used under the storage's lock.</summary>
internal sealed class ReadyGroup
{
    public ReadyGroup(ReadyQueue queue, ReadyType type)
    {
        (Queue, Type) = (queue, type);
        Place = new LinkedListNode<ReadyGroup>(this);
    }

    public ReadyQueue Queue { get; }

    public ReadyType Type { get; }

    /// <summary>Those of its lanes that have tasks, and whose keys are not at their bound.</summary>
    public LaneHeap Lanes { get; } = new(LaneOrder.OfGroup);

    /// <summary>How many of its lanes there are.</summary>
    public int Count { get; set; }

    /// <summary>Its place among the groups of its type that have tasks which may start.</summary>
    public LinkedListNode<ReadyGroup> Place { get; }

    /// <summary>True if it has tasks that may start.</summary>
    public bool IsServed => !Lanes.IsEmpty && Queue.IsOpen;
}
