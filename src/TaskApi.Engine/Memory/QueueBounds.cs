using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>What is set of queues, and which of them time alone opens, and when. Used under the storage's lock.</summary>
/// <param name="clock">The clock that decides.</param>
/// <param name="options">What bounds queues of which nothing is set.</param>
internal sealed class QueueBounds(EngineClock clock, WorkOptions options)
{
    private const int FewOpening = 64;

    // With some that have been overtaken: a queue opens at its own tick alone.
    private readonly PriorityQueue<ReadyQueue, long> _opening = new();
    private readonly Dictionary<(int Owner, string Name), QueueSettings> _settings = [];

    private int _mostOpening = FewOpening;

    /// <summary>How many openings are remembered, overtaken ones included.</summary>
    public int Opening => _opening.Count;

    /// <summary>When the next queue opens: a tick; <see cref="long.MaxValue"/>: none does.</summary>
    public long NextTick => _opening.TryPeek(out _, out var tick) ? tick : long.MaxValue;

    /// <summary>The queues that the configuration bounds.</summary>
    public IEnumerable<string> Defaults => options.Queues.Keys;

    /// <summary>What bounds a queue; null if nothing does.</summary>
    public QueueSettings? Find(int owner, string name) => _settings.GetValueOrDefault((owner, name)) ?? options.DefaultsOf(name);

    /// <summary>Sets what bounds a queue; null has it go back to the defaults. False if too many are set.</summary>
    public bool TrySet(int owner, string name, QueueSettings? settings)
    {
        if (settings is null) _settings.Remove((owner, name));
        else if (_settings.Count >= options.MaxQueues && !_settings.ContainsKey((owner, name))) return false;
        else _settings[(owner, name)] = settings;
        return true;
    }

    /// <summary>Has a queue go by what is set of it.</summary>
    /// <returns>True if its tasks are to be arranged by another bound of their keys than before.</returns>
    public bool Apply(ReadyQueue queue)
    {
        var (before, settings) = (queue.Gate?.Settings.MaxRunningPerKey, Find(queue.Owner, queue.Name));
        if (settings is null) queue.Gate = null;
        else if (queue.Gate is { } gate) gate.Settings = settings;
        else queue.Gate = new QueueGate(clock) { Settings = settings };
        return before != settings?.MaxRunningPerKey;
    }

    /// <summary>Something that a queue is bounded by has changed.</summary>
    /// <returns>True if it has opened by that, or closed.</returns>
    public bool Check(ReadyQueue queue)
    {
        var isOpen = (queue.Gate is not { } gate || gate.Allows(queue.Running)) && !queue.IsArranging;
        var opens = isOpen ? long.MaxValue : queue.Gate?.OpensAt ?? long.MaxValue;
        if (opens == long.MaxValue) queue.OpensAt = 0;
        else if (opens != queue.OpensAt) Await(queue, opens);
        if (isOpen == queue.IsOpen) return false;
        queue.IsOpen = isOpen;
        return true;
    }

    /// <summary>A queue that opens, if there is one whose time has come; else null.</summary>
    public ReadyQueue? TakeOpened(long tick)
    {
        if (!_opening.TryPeek(out var queue, out var at) || at > tick) return null;
        _opening.Dequeue();
        if (queue.OpensAt == at) queue.OpensAt = 0;
        return queue;
    }

    private void Await(ReadyQueue queue, long opens)
    {
        queue.OpensAt = opens;
        _opening.Enqueue(queue, opens);
        if (_opening.Count <= _mostOpening) return;
        // Each time that they have doubled, the overtaken ones go.
        var kept = new HashSet<ReadyQueue>();
        foreach (var (opening, tick) in _opening.UnorderedItems)
            if (tick == opening.OpensAt) kept.Add(opening);
        _opening.Clear();
        foreach (var opening in kept) _opening.Enqueue(opening, opening.OpensAt);
        _mostOpening = Math.Max(FewOpening, 2 * kept.Count);
    }
}
