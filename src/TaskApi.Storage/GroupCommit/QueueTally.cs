using System.Runtime.InteropServices;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>By how much a transaction changes what queues have. For the writer alone.</summary>
internal sealed class QueueTally
{
    private readonly Dictionary<QueueName, QueueCounts> _changes = [];

    /// <summary>The changes that are not written down yet; some may come to nothing.</summary>
    public IReadOnlyDictionary<QueueName, QueueCounts> Changes => _changes;

    /// <summary>Where a task that isn't done stands.</summary>
    public static QueueCounts Place(WorkRow work) => new(work is { IsRunning: false, IsReady: false } ? 1 : 0, work.IsReady ? 1 : 0, work.IsRunning ? 1 : 0);

    /// <summary>Starts anew.</summary>
    public void Clear() => _changes.Clear();

    /// <summary>A queue has more, or fewer.</summary>
    public void Add(WorkRow work, QueueCounts by)
    {
        if (by.IsZero || work.Queue.Length == 0) return;
        ref var change = ref CollectionsMarshal.GetValueRefOrAddDefault(_changes, new QueueName(work.Owner, work.Queue), out _);
        change += by;
    }
}
