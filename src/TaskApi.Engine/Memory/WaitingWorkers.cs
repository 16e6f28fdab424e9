namespace TaskApi.Engine.Memory;

/// <summary>The calls for work that wait, by worker. Used under the storage's lock.</summary>
internal sealed class WaitingWorkers
{
    // The call of each worker that came last; the others follow it.
    private readonly Dictionary<(string? Owner, string Worker), AcquireWait> _heads = [];

    /// <summary>All of them.</summary>
    public IEnumerable<AcquireWait> All
    {
        get
        {
            foreach (var head in _heads.Values)
                for (var wait = head; wait is not null; wait = wait.Next) yield return wait;
        }
    }

    /// <summary>One call of a worker; null if none waits.</summary>
    public AcquireWait? First(string? owner, string worker) => _heads.GetValueOrDefault((owner, worker));

    /// <summary>A call begins to wait.</summary>
    public void Add(AcquireWait wait)
    {
        var key = KeyOf(wait);
        if (_heads.TryGetValue(key, out var head))
        {
            wait.Next = head;
            head.Previous = wait;
        }

        _heads[key] = wait;
    }

    /// <summary>It doesn't wait any more; does nothing if it doesn't.</summary>
    public void Remove(AcquireWait wait)
    {
        if (wait.Previous is { } previous) previous.Next = wait.Next;
        else if (First(wait.Call.Owner, wait.Call.Worker) != wait) return;
        else if (wait.Next is { } next) _heads[KeyOf(wait)] = next;
        else _heads.Remove(KeyOf(wait));
        if (wait.Next is { } following) following.Previous = wait.Previous;
        (wait.Next, wait.Previous) = (null, null);
    }

    private static (string? Owner, string Worker) KeyOf(AcquireWait wait) => (wait.Call.Owner, wait.Call.Worker);
}
