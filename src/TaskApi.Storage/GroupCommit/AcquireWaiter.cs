using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A call for work that waits. What changes in it is guarded by the lock of <see cref="AcquireWaiters"/>.</summary>
/// <param name="call">The call.</param>
/// <param name="take">What it takes.</param>
/// <param name="ticket">Its place among all that wait: the lower the sooner.</param>
internal sealed class AcquireWaiter(WorkAcquire call, WorkTake take, long ticket)
{
    private bool _isClosing;

    public WorkAcquire Call { get; } = call;

    public WorkTake Take { get; } = take;

    public long Ticket { get; } = ticket;

    /// <summary>Where it waits, and its places there.</summary>
    public List<((string? Owner, string Name) Source, LinkedListNode<AcquireWaiter> Place)> Places { get; } = new(1);

    /// <summary>A transaction is looking for tasks for it.</summary>
    public bool IsTaking { get; set; }

    /// <summary>There are more since that one was asked for.</summary>
    public bool IsWoken { get; set; }

    /// <summary>The queues and types whose tasks it was woken for: others may be waiting for what it leaves of them.</summary>
    public HashSet<(string? Owner, string Queue, string Type)> WokenBy { get; } = [];

    /// <summary>It waits no more, and takes nothing that it isn't getting already. Read without the lock.</summary>
    public bool IsClosing
    {
        get => Volatile.Read(ref _isClosing);
        set => Volatile.Write(ref _isClosing, value);
    }

    /// <summary>Completes with what it gets.</summary>
    public TaskCompletionSource<AcquireAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
