using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The calls for work that wait. When tasks get their turn, no more of them are woken than there are tasks, the first to come first; each looks for tasks in
/// a transaction of its own. Whoever was woken and leaves with something behind wakes the next: while there is something to take, somebody is on the
/// way. Thread-safe.
/// </summary>
/// <param name="take">Looks for tasks; asked for in the order in which calls are to be served.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class AcquireWaiters(Func<AcquireWaiter, ValueTask<AcquireAnswer>> take, TimeProvider timeProvider)
{
    // Until what another process was holding is looked for again. It has mostly been started by then, and the look finds nothing.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Owner, string Name), LinkedList<AcquireWaiter>> _sources = [];
    private readonly HashSet<AcquireWaiter> _all = [];
    private readonly HashSet<string> _types = [];
    private readonly HashSet<(string? Owner, string Name)> _held = [];
    private long _tickets;

    /// <summary>How many queues and types are waited for.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _sources.Count;
        }
    }

    /// <summary>Begins to wait, and looks for tasks at once.</summary>
    public AcquireWaiter Join(WorkAcquire call, WorkTake wanted)
    {
        AcquireWaiter waiter;
        lock (_gate)
        {
            waiter = new AcquireWaiter(call, wanted, ++_tickets) { IsTaking = true };
            foreach (var name in call.Queues) Join(waiter, (call.Owner, name));
            foreach (var name in call.Types) Join(waiter, (null, name));
            _all.Add(waiter);
        }

        _ = FollowAsync(waiter, take(waiter));
        return waiter;
    }

    /// <summary>Ends the wait; what is just being taken comes still.</summary>
    public Task<AcquireAnswer> LeaveAsync(AcquireWaiter waiter)
    {
        lock (_gate) Close(waiter);
        return waiter.Answer.Task;
    }

    /// <summary>
    /// A worker has lost a lease: its calls are answered as they stand. One that is frozen, or cut off, would be handed the very task that it has just
    /// lost; one that is alive asks again.
    /// </summary>
    public void Dismiss(string owner, string worker)
    {
        lock (_gate)
        {
            foreach (var waiter in _all.Where(waiter => waiter.Call.Worker == worker && waiter.Call.Owner == owner).ToArray()) Close(waiter);
        }
    }

    /// <summary>Tasks of a type have got their turn in a queue.</summary>
    public void Wake(string? owner, string queue, string type, int count)
    {
        List<AcquireWaiter>? woken = null;
        lock (_gate)
        {
            var (first, second) = (WorkTypes.IsBuiltIn(type) ? null : _sources.GetValueOrDefault((owner, queue))?.First, _sources.GetValueOrDefault((null, type))?.First);
            while (count > 0 && (first ?? second) is not null)
            {
                var isFirst = second is null || (first is not null && first.Value.Ticket < second.Value.Ticket);
                var waiter = (isFirst ? first : second)!.Value;
                if (isFirst) first = first!.Next;
                else second = second!.Next;
                count -= waiter.Take.Max;
                waiter.WokenBy.Add((owner, queue, type));
                if (Wake(waiter)) (woken ??= []).Add(waiter);
            }
        }

        foreach (var waiter in woken ?? []) _ = FollowAsync(waiter, take(waiter));
    }

    /// <summary>
    /// Tasks of a bounded queue may start that couldn't before: the first to wait for it looks, and the first for each type, since the queue may have tasks of
    /// any. Whoever leaves some behind passes it on.
    /// </summary>
    public void WakeBounded(string owner, string queue)
    {
        var woken = new List<AcquireWaiter>();
        lock (_gate)
        {
            if (_sources.GetValueOrDefault((owner, queue))?.First is { } first) Add(first.Value, "");
            foreach (var type in _types) Add(_sources[(null, type)].First!.Value, type);
        }

        foreach (var waiter in woken) _ = FollowAsync(waiter, take(waiter));

        void Add(AcquireWaiter waiter, string type)
        {
            waiter.WokenBy.Add((owner, queue, type));
            if (Wake(waiter)) woken.Add(waiter);
        }
    }

    /// <summary>All look for tasks: there may be some, or none any more.</summary>
    public void WakeAll()
    {
        List<AcquireWaiter> woken;
        lock (_gate) woken = [.. _all.Where(Wake).OrderBy(static waiter => waiter.Ticket)];
        foreach (var waiter in woken) _ = FollowAsync(waiter, take(waiter));
    }

    // True if it has to begin to look; one that is looking does so again.
    private static bool Wake(AcquireWaiter waiter)
    {
        if (!waiter.IsTaking) return waiter.IsTaking = true;
        waiter.IsWoken = true;
        return false;
    }

    // Owned here: whatever goes wrong is the call's answer.
    private async Task FollowAsync(AcquireWaiter waiter, ValueTask<AcquireAnswer> taking)
    {
        while (true)
        {
            var (answer, fault) = (default(AcquireAnswer), default(Exception));
            try
            {
                answer = await taking;
            }
            catch (Exception exception)
            {
                fault = exception;
            }

            bool waits, passesOn;
            lock (_gate)
            {
                waits = fault is null && answer is { Status: AnswerStatus.Ok, Tasks.Length: 0 } && !waiter.IsClosing;
                if (waits && !waiter.IsWoken)
                {
                    // What it was woken for is gone.
                    waiter.IsTaking = false;
                    waiter.WokenBy.Clear();
                    if (waiter.Take.LeavesHeld) NoteHeld(waiter);
                    return;
                }

                passesOn = !waits && (waiter.IsWoken || waiter.IsClosing || fault is not null || answer.Tasks.Length == waiter.Take.Max);
                waiter.IsWoken = false;
                if (!waits) Remove(waiter);
            }

            if (waits)
            {
                taking = take(waiter);
                continue;
            }

            // Until it has its answer it counts as one that is taking: who leaves meanwhile gets that.
            if (passesOn) PassOn(waiter, answer.Tasks ?? []);
            if (fault is null) waiter.Answer.TrySetResult(answer);
            else waiter.Answer.TrySetException(fault);
            return;
        }
    }

    private void NoteHeld(AcquireWaiter waiter)
    {
        var isFirst = _held.Count == 0;
        foreach (var (source, _) in waiter.Places) _held.Add(source);
        if (isFirst) _ = LookAgainAsync();
    }

    // The first to wait for each queue or type; whoever gets all that it wants, or leaves, passes it on.
    private async Task LookAgainAsync()
    {
        await Task.Delay(_betweenLooks, timeProvider);
        var woken = new List<AcquireWaiter>();
        lock (_gate)
        {
            foreach (var source in _held)
            {
                if (_sources.GetValueOrDefault(source)?.First is not { Value: var first }) continue;
                first.WokenBy.Add(source.Owner is { } owner ? (owner, source.Name, "") : (null, "", source.Name));
                if (Wake(first)) woken.Add(first);
            }

            _held.Clear();
        }

        foreach (var waiter in woken) _ = FollowAsync(waiter, take(waiter));
    }

    // Of the queues and types that it was woken for, and of those of which it has got tasks, there may be more.
    private void PassOn(AcquireWaiter waiter, LeasedTask[] taken)
    {
        foreach (var (task, _, _) in taken) waiter.WokenBy.Add((task.Owner, task.Work!.Queue, task.Work.Type));
        foreach (var (owner, queue, type) in waiter.WokenBy) Wake(owner, queue, type, 1);
    }

    private void Close(AcquireWaiter waiter)
    {
        waiter.IsClosing = true;
        if (waiter.IsTaking) return;
        Remove(waiter);
        waiter.Answer.TrySetResult(new AcquireAnswer(AnswerStatus.Ok, []));
    }

    private void Join(AcquireWaiter waiter, (string? Owner, string Name) source)
    {
        if (!_sources.TryGetValue(source, out var waiters)) _sources[source] = waiters = new LinkedList<AcquireWaiter>();
        if (source.Owner is null) _types.Add(source.Name);
        waiter.Places.Add((source, waiters.AddLast(waiter)));
    }

    private void Remove(AcquireWaiter waiter)
    {
        foreach (var (source, place) in waiter.Places)
        {
            var waiters = place.List!;
            waiters.Remove(place);
            if (waiters.Count > 0) continue;
            _sources.Remove(source);
            if (source.Owner is null) _types.Remove(source.Name);
        }

        waiter.Places.Clear();
        _all.Remove(waiter);
    }
}
