using TaskApi.Engine.Memory;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The workers that have called this process. Thread-safe.</summary>
/// <param name="database">Knows what they run.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class SqlWorkers(DatabaseAccess database, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WorkerTable> _owners = new(StringComparer.Ordinal);

    /// <summary>Notes that somebody calls; handlers in this process are not listed.</summary>
    public void Note(string? owner, string worker, IReadOnlyList<string>? queues)
    {
        if (owner is null) return;
        lock (_gate)
        {
            if (!_owners.TryGetValue(owner, out var workers)) _owners[owner] = workers = new WorkerTable();
            workers.Note(worker, queues, database.Clock.Ticks.SteadyTick, timeProvider.GetUtcNow());
        }
    }

    /// <summary>How many of an owner's ask for each queue.</summary>
    public Dictionary<string, int> CountByQueue(string owner)
    {
        var counts = new Dictionary<string, int>();
        lock (_gate)
        {
            if (!_owners.TryGetValue(owner, out var workers)) return counts;
            foreach (var worker in workers.All)
            {
                if (database.Clock.Ticks.SteadyTick - worker.SeenTick > WorkerTable.ListedFor) continue;
                foreach (var queue in worker.Queues) counts[queue] = counts.GetValueOrDefault(queue) + 1;
            }
        }

        return counts;
    }

    /// <summary>Those of an owner that have called of late, by name.</summary>
    public IReadOnlyList<WorkerInfo> List(string owner)
    {
        var running = database.Signals.Running.CountByWorker(owner);
        var found = new List<WorkerInfo>();
        lock (_gate)
        {
            if (!_owners.TryGetValue(owner, out var workers)) return [];
            foreach (var worker in workers.All)
                if (database.Clock.Ticks.SteadyTick - worker.SeenTick <= WorkerTable.ListedFor) found.Add(new WorkerInfo(worker.Name, worker.Queues, running.GetValueOrDefault(worker.Name), worker.SeenAt));
        }

        found.Sort(static (left, right) => string.CompareOrdinal(left.Worker, right.Worker));
        return found;
    }
}
