using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>
/// The tasks that are due and wait for somebody to run them, by owner and queue, and by type. To put one in and to take the first out costs the same
/// however many there are, in however many queues. What nobody needs any more is dropped, some time later. Used under the storage's lock.
/// </summary>
/// <param name="bounds">What bounds queues.</param>
internal sealed class ReadyQueues(QueueBounds bounds)
{
    private const int MostIdle = 256;

    private readonly Dictionary<(int Owner, string Name), ReadyQueue> _queues = [];
    private readonly Dictionary<string, ReadyType> _types = [];
    private readonly List<ReadyGroup> _filled = [];
    private long _served;
    private int _idle;

    /// <summary>Those that somebody waits for and that have got tasks, but for those that <see cref="ClearFilled"/> has passed.</summary>
    public IReadOnlyList<ReadyGroup> Filled => _filled;

    /// <summary>True if there are any.</summary>
    public bool HasFilled { get; private set; }

    /// <summary>What bounds queues.</summary>
    public QueueBounds Bounds => bounds;

    /// <summary>The names of all that are kept.</summary>
    public QueueNames Names { get; } = new();

    /// <summary>How many queues and types are kept.</summary>
    public int Count => _queues.Count + _types.Count;

    /// <summary>A queue, if it has tasks or is waited for; else null.</summary>
    public ReadyQueue? FindQueue(int owner, string name) => _queues.GetValueOrDefault((owner, name));

    /// <summary>A type, if it has tasks or is waited for; else null.</summary>
    public ReadyType? FindType(string name) => _types.GetValueOrDefault(name);

    /// <summary>A queue, made if there is none.</summary>
    public ReadyQueue EnsureQueue(int owner, string name)
    {
        if (_queues.TryGetValue((owner, name), out var queue)) return queue;
        // As if it had just been served: one that is new again and again has no advantage.
        queue = _queues[(owner, name)] = new ReadyQueue(owner, name) { Served = _served };
        Names.Add(owner, name);
        if (bounds.Find(owner, name) is not null) Bound(queue);
        return queue;
    }

    /// <summary>Sets what bounds a queue; null has it go back to the defaults. False if too many are set.</summary>
    public bool TrySet(int owner, string name, QueueSettings? settings)
    {
        if (!bounds.TrySet(owner, name, settings)) return false;
        Bound(EnsureQueue(owner, name));
        return true;
    }

    /// <summary>Goes on with what <see cref="TrySet"/> has begun: many tasks that wait are arranged by another bound a few at a time.</summary>
    /// <returns>True if all is done.</returns>
    public bool Arrange(int owner, string name) => FindQueue(owner, name) is not { IsArranging: true } queue || Arrange(queue);

    /// <summary>Something that a queue is bounded by has changed.</summary>
    public void Check(ReadyQueue queue)
    {
        if (!bounds.Check(queue)) return;
        foreach (var group in queue.Groups) Update(group);
    }

    /// <summary>Queues open whose time has come.</summary>
    public void Open(long tick)
    {
        while (bounds.TakeOpened(tick) is { } queue) Check(queue);
    }

    /// <summary>A type, made if there is none.</summary>
    public ReadyType EnsureType(string name)
    {
        if (_types.TryGetValue(name, out var type)) return type;
        return _types[name] = new ReadyType(name) { Served = _served };
    }

    /// <summary>A task's turn can come from now on.</summary>
    /// <param name="work">The task.</param>
    /// <param name="readyAt">When it came due, in Unix milliseconds.</param>
    public void Put(WorkState work, long readyAt)
    {
        Leave(work);
        work.ReadyAt = readyAt;
        var lane = work.Queue.Lane(work, EnsureType(work.Kind.Type));
        lane.Add(work);
        lane.Queue.Ready++;
        lane.Group.Type.Filled++;
        Update(lane);
    }

    /// <summary>A task waits for its due time.</summary>
    public void Wait(WorkState work)
    {
        if (work.IsWaiting) return;
        work.IsWaiting = true;
        work.Queue.Pending++;
        CountIdle(work.Queue);
    }

    /// <summary>A task has started.</summary>
    public void Start(WorkState work)
    {
        foreach (var lane in work.Queue.CountRunning(work, 1)) Update(lane);
        CountIdle(work.Queue);
        if (work.Queue.Gate is not { } gate) return;
        gate.NoteStart();
        Check(work.Queue);
    }

    /// <summary>A task has ceased to run.</summary>
    public void End(WorkState work)
    {
        foreach (var lane in work.Queue.CountRunning(work, -1)) Update(lane);
        CountIdle(work.Queue);
        if (work.Queue.Gate is not null) Check(work.Queue);
    }

    /// <summary>A task is taken out: because it starts, or because it doesn't wait any more, neither for its turn nor for its due time.</summary>
    public void Remove(WorkState work)
    {
        Leave(work);
        if (work.Ready is not { Lane: var lane }) return;
        lane.Remove(work);
        lane.Queue.Ready--;
        lane.Group.Type.Filled--;
        Update(lane);
    }

    /// <summary>It was the turn of a queue or type, and of a lane in it.</summary>
    public void Serve(ReadySource source, ReadyLane lane)
    {
        source.Served = ++_served;
        if (lane.Group.IsServed) lane.Group.Type.Update(lane.Group);
    }

    /// <summary>To be called when somebody has begun or ceased to wait. Drops nothing: a task on its way from one count of its queue to another is in none for an instant.</summary>
    public void CountIdle(ReadySource source)
    {
        var isIdle = source.IsUnused && source.Waiters.Count == 0;
        if (isIdle == source.IsIdle) return;
        source.IsIdle = isIdle;
        _idle += isIdle ? 1 : -1;
    }

    /// <summary>Whoever waits has got what there is of so many of <see cref="Filled"/>.</summary>
    public void ClearFilled(int count)
    {
        _filled.RemoveRange(0, count);
        HasFilled = _filled.Count > 0;
    }

    /// <summary>Drops what nobody needs any more, once there is much of it. Before the lock is let go, when no task is on its way.</summary>
    public void Sweep()
    {
        if (_idle <= MostIdle || _idle <= Count / 2) return;
        foreach (var (key, queue) in _queues)
        {
            if (!queue.IsIdle) continue;
            _queues.Remove(key);
            Names.Remove(key.Owner, key.Name);
        }

        foreach (var (key, type) in _types)
            if (type.IsIdle) _types.Remove(key);
        _idle = 0;
    }

    private void Leave(WorkState work)
    {
        if (!work.IsWaiting) return;
        work.IsWaiting = false;
        work.Queue.Pending--;
        CountIdle(work.Queue);
    }

    private void Bound(ReadyQueue queue)
    {
        var wasByKey = queue.CountsByKey;
        if (!bounds.Apply(queue)) Check(queue);
        else if (queue.CountsByKey == wasByKey) Rebound(queue);
        else Rearrange(queue);
        CountIdle(queue);
    }

    // As many of each key may run as before, or more, or fewer.
    private void Rebound(ReadyQueue queue)
    {
        foreach (var lane in queue.LanesOfRunning()) Update(lane);
        Check(queue);
    }

    // In lanes by their keys, or not any more. Closed until that is done, for nobody knows whose turn it is.
    private void Rearrange(ReadyQueue queue)
    {
        queue.IsArranging = true;
        Check(queue);
        queue.LeaveLanes();
        Arrange(queue);
    }

    private bool Arrange(ReadyQueue queue)
    {
        for (var left = MemoryTasks.ChunkSize; left > 0; left--)
        {
            if (queue.FirstLeft() is not { } work)
            {
                queue.IsArranging = false;
                Check(queue);
                return true;
            }

            var old = work.Ready!.Lane;
            old.Remove(work);
            queue.Update(old);
            var lane = queue.Lane(work, old.Group.Type);
            lane.Add(work);
            Update(lane);
        }

        return false;
    }

    private void Update(ReadyLane lane)
    {
        lane.Queue.Update(lane);
        Update(lane.Group);
        CountIdle(lane.Queue);
    }

    private void Update(ReadyGroup group)
    {
        if (group.IsServed != (group.Place.List is not null)) group.Type.Update(group);
        CountIdle(group.Type);
        if (!group.IsServed || ((group.Queue.Waiters.Count == 0 || group.Type.IsBuiltIn) && group.Type.Waiters.Count == 0)) return;
        _filled.Add(group);
        HasFilled = true;
    }
}
