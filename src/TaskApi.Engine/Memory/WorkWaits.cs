using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>A call for work that waits. Used under the storage's lock, but for <see cref="Woken"/>.</summary>
/// <param name="call">The call.</param>
/// <param name="owner">Whose tasks it wants: <see cref="OwnerTasks.Ordinal"/>; means nothing where it wants types.</param>
/// <param name="worker">Who calls.</param>
/// <param name="ticket">The place among all that wait: the lower the sooner.</param>
internal sealed class AcquireWait(WorkAcquire call, int owner, WorkerState worker, long ticket)
{
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkAcquire Call { get; } = call;

    public int Owner { get; } = owner;

    public WorkerState Worker { get; } = worker;

    public long Ticket { get; } = ticket;

    /// <summary>Where it waits, and its places there.</summary>
    public List<(ReadySource Source, LinkedListNode<AcquireWait> Place)> Places { get; } = new(1);

    /// <summary>Its neighbours among the calls of the same worker: <see cref="WaitingWorkers"/>.</summary>
    public AcquireWait? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public AcquireWait? Previous { get; set; }

    /// <summary>What it has been given; null while it waits.</summary>
    public LeasedTask[]? Tasks { get; set; }

    /// <summary>Completes when it need not wait any longer.</summary>
    public Task Woken => _woken.Task;

    /// <summary>Ends the wait. Holding no lock.</summary>
    public void Wake() => _woken.TrySetResult();
}

/// <summary>A heartbeat that is held open. Used under the storage's lock, but for what wakes it.</summary>
internal sealed class HeartbeatWait
{
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when there may be something to tell.</summary>
    public Task Woken => _woken.Task;

    /// <summary>Ends the wait. Holding no lock.</summary>
    public void Wake() => _woken.TrySetResult();
}
