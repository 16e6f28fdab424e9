using System.Collections.Concurrent;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// How many tasks wait for their turn, by queue and by type, and how many run, by queue. The writer has the former as its transaction does; others have both as
/// they are committed, which is thread-safe.
/// </summary>
internal sealed class ReadyCounts
{
    private readonly Dictionary<(int Owner, string Queue), long> _queues = [];
    private readonly Dictionary<string, long> _types = [];
    private readonly Dictionary<(int Owner, string Queue, string Type), long> _ofBoth = [];
    private readonly Dictionary<(int Owner, string Queue, string Type), long> _added = [];
    private readonly ConcurrentDictionary<(int Owner, string Queue), long> _committed = new();
    private readonly Dictionary<(int Owner, string Queue), long> _runs = [];
    private readonly ConcurrentDictionary<(int Owner, string Queue), long> _running = new();

    public long OfQueue(int owner, string queue) => _queues.GetValueOrDefault((owner, queue));

    public long OfType(string type) => _types.GetValueOrDefault(type);

    public long OfQueue(int owner, string queue, string type) => _ofBoth.GetValueOrDefault((owner, queue, type));

    /// <summary>The queues in which any wait, as committed. Thread-safe.</summary>
    public ICollection<(int Owner, string Queue)> Queues => _committed.Keys;

    /// <summary>What each queue has, as committed. Thread-safe.</summary>
    public List<QueueCount> ByQueue() =>
        [.. _committed.Keys.Union(_running.Keys).Select(queue => new QueueCount(queue.Queue, _committed.GetValueOrDefault(queue), _running.GetValueOrDefault(queue)))];

    /// <summary>How many more, or fewer, wait.</summary>
    public void Add(int owner, string queue, string type, long by)
    {
        Add(_queues, (owner, queue), by);
        Add(_types, type, by);
        Add(_ofBoth, (owner, queue, type), by);
        _added[(owner, queue, type)] = _added.GetValueOrDefault((owner, queue, type)) + by;
    }

    /// <summary>So many of a queue's tasks run now: as the file has it, which alone counts them.</summary>
    public void NoteRunning(int owner, string queue, long running) => _runs[(owner, queue)] = running;

    /// <summary>The transaction is on disk.</summary>
    public void Commit()
    {
        foreach (var (owner, queue, _) in _added.Keys) Show(_committed, (owner, queue), OfQueue(owner, queue));
        foreach (var (queue, running) in _runs) Show(_running, queue, running);
        _added.Clear();
        _runs.Clear();
    }

    /// <summary>The transaction has failed.</summary>
    public void Rollback()
    {
        foreach (var ((owner, queue, type), by) in _added)
        {
            Add(_queues, (owner, queue), -by);
            Add(_types, type, -by);
            Add(_ofBoth, (owner, queue, type), -by);
        }

        _added.Clear();
        _runs.Clear();
    }

    private static void Show(ConcurrentDictionary<(int Owner, string Queue), long> shown, (int Owner, string Queue) queue, long count)
    {
        if (count == 0) shown.TryRemove(queue, out _);
        else shown[queue] = count;
    }

    // Of what has none nothing is kept.
    private static void Add<TKey>(Dictionary<TKey, long> counts, TKey key, long by)
        where TKey : notnull
    {
        var now = counts.GetValueOrDefault(key) + by;
        if (now == 0) counts.Remove(key);
        else counts[key] = now;
    }
}
