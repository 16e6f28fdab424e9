using System.Collections.Concurrent;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// How many tasks wait for their turn, by queue and by type. The writer has them as its transaction does; others as they are committed, which is
/// thread-safe.
/// </summary>
internal sealed class ReadyCounts
{
    private readonly Dictionary<(int Owner, string Queue), long> _queues = [];
    private readonly Dictionary<string, long> _types = [];
    private readonly Dictionary<(int Owner, string Queue, string Type), long> _ofBoth = [];
    private readonly Dictionary<(int Owner, string Queue, string Type), long> _added = [];
    private readonly ConcurrentDictionary<(int Owner, string Queue), long> _committed = new();

    public long OfQueue(int owner, string queue) => _queues.GetValueOrDefault((owner, queue));

    public long OfType(string type) => _types.GetValueOrDefault(type);

    public long OfQueue(int owner, string queue, string type) => _ofBoth.GetValueOrDefault((owner, queue, type));

    /// <summary>The queues that have any, as committed. Thread-safe.</summary>
    public ICollection<(int Owner, string Queue)> Queues => _committed.Keys;

    /// <summary>What each queue has, as committed. Thread-safe.</summary>
    public List<QueueCount> ByQueue() => [.. _committed.Select(static queue => new QueueCount(queue.Key.Queue, queue.Value))];

    /// <summary>How many more, or fewer, wait.</summary>
    public void Add(int owner, string queue, string type, long by)
    {
        Add(_queues, (owner, queue), by);
        Add(_types, type, by);
        Add(_ofBoth, (owner, queue, type), by);
        _added[(owner, queue, type)] = _added.GetValueOrDefault((owner, queue, type)) + by;
    }

    /// <summary>The transaction is on disk.</summary>
    public void Commit()
    {
        foreach (var (owner, queue, _) in _added.Keys)
        {
            var ready = OfQueue(owner, queue);
            if (ready == 0) _committed.TryRemove((owner, queue), out _);
            else _committed[(owner, queue)] = ready;
        }

        _added.Clear();
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
