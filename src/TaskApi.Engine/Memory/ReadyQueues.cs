using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>
/// The tasks that are due and wait for somebody to run them, by owner and queue, and by type. To put one in and to take the first out costs the same
/// however many there are, in however many queues. What nobody needs any more is dropped, some time later. Used under the storage's lock.
/// </summary>
internal sealed class ReadyQueues
{
    private const int MostIdle = 256;

    private readonly Dictionary<(ushort Owner, string Name), ReadyQueue> _queues = [];
    private readonly Dictionary<string, ReadyType> _types = [];
    private readonly List<ReadyLane> _filled = [];
    private long _served;
    private int _idle;

    /// <summary>Lanes that somebody waits for and that have got tasks, since <see cref="ClearFilled"/>.</summary>
    public IReadOnlyList<ReadyLane> Filled => _filled;

    /// <summary>True if there are any.</summary>
    public bool HasFilled { get; private set; }

    /// <summary>When the task that has waited longest came due, in Unix milliseconds; <see cref="long.MaxValue"/> if none waits.</summary>
    public long OldestReadyAt
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var queue in _queues.Values)
                foreach (var lane in queue.Lanes) oldest = Math.Min(oldest, lane.OldestReadyAt);
            return oldest;
        }
    }

    /// <summary>How many tasks each queue has.</summary>
    public List<QueueCount> CountByQueue()
    {
        var counts = new List<QueueCount>(_queues.Count);
        foreach (var queue in _queues.Values)
        {
            var ready = 0L;
            foreach (var lane in queue.Lanes) ready += lane.Count;
            if (ready > 0) counts.Add(new QueueCount(queue.Name, ready));
        }

        return counts;
    }

    /// <summary>How many queues and types are kept.</summary>
    public int Count => _queues.Count + _types.Count;

    /// <summary>A queue, if it has tasks or is waited for; else null.</summary>
    public ReadyQueue? FindQueue(ushort owner, string name) => _queues.GetValueOrDefault((owner, name));

    /// <summary>A type, if it has tasks or is waited for; else null.</summary>
    public ReadyType? FindType(string name) => _types.GetValueOrDefault(name);

    /// <summary>A queue, made if there is none.</summary>
    public ReadyQueue EnsureQueue(ushort owner, string name)
    {
        if (_queues.TryGetValue((owner, name), out var queue)) return queue;
        // As if it had just been served: one that is new again and again has no advantage.
        return _queues[(owner, name)] = new ReadyQueue(owner, name) { Served = _served };
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
        work.ReadyAt = readyAt;
        var lane = EnsureQueue(work.Owner, work.Kind.Queue).Lane(EnsureType(work.Kind.Type));
        lane.Add(work);
        lane.Queue.Update(lane);
        if (lane.Count == 1)
        {
            lane.Type.Update(lane);
            CountIdle(lane.Queue);
            CountIdle(lane.Type);
        }

        if (lane.Queue.Waiters.Count > 0 || lane.Type.Waiters.Count > 0)
        {
            _filled.Add(lane);
            HasFilled = true;
        }
    }

    /// <summary>A task is taken out: because it starts, or because it doesn't wait any more.</summary>
    public void Remove(WorkState work)
    {
        var lane = work.Ready!.Lane;
        lane.Remove(work);
        lane.Queue.Update(lane);
        if (lane.Count > 0) return;
        lane.Type.Update(lane);
        CountIdle(lane.Queue);
        CountIdle(lane.Type);
    }

    /// <summary>It was the turn of a queue or type, and of a lane in it.</summary>
    public void Serve(ReadySource source, ReadyLane lane)
    {
        source.Served = ++_served;
        if (lane.Count > 0) lane.Type.Update(lane);
    }

    /// <summary>To be called when somebody has begun or ceased to wait.</summary>
    public void CountIdle(ReadySource source)
    {
        var isIdle = source.IsEmpty && source.Waiters.Count == 0;
        if (isIdle == source.IsIdle) return;
        source.IsIdle = isIdle;
        _idle += isIdle ? 1 : -1;
        if (_idle > MostIdle && _idle > Count / 2) Sweep();
    }

    /// <summary>Whoever waits has got what there is.</summary>
    public void ClearFilled()
    {
        _filled.Clear();
        HasFilled = false;
    }

    private void Sweep()
    {
        foreach (var (key, queue) in _queues)
            if (queue.IsIdle) _queues.Remove(key);
        foreach (var (key, type) in _types)
            if (type.IsIdle) _types.Remove(key);
        _idle = 0;
    }
}
