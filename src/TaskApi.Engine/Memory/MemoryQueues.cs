using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>The queues of the storage in memory.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Is told after each change.</param>
/// <param name="clock">The clock that decides.</param>
internal sealed class MemoryQueues(MemoryTasks tasks, MemoryClockwork clockwork, EngineClock clock) : IQueues
{
    private ReadyQueues Ready => tasks.Work.Ready;

    /// <inheritdoc/>
    public ValueTask<QueueInfo> FindAsync(string owner, string name, CancellationToken cancellationToken)
    {
        lock (tasks.Gate)
        {
            var known = tasks.Owners.Ensure(owner);
            return ValueTask.FromResult(Describe(known, name, Workers(known)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueInfo>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken)
    {
        lock (tasks.Gate)
        {
            var known = tasks.Owners.Ensure(owner);
            var workers = Workers(known);
            var names = new SortedSet<string>(StringComparer.Ordinal);
            names.UnionWith(Ready.Of(known.Ordinal).Select(static queue => queue.Name));
            names.UnionWith(Ready.Bounds.Defaults);
            names.UnionWith(workers.Keys);
            return ValueTask.FromResult<IReadOnlyList<QueueInfo>>(
                [.. names.Where(name => string.CompareOrdinal(name, after) > 0).Take(limit).Select(name => Describe(known, name, workers))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AnswerStatus> SetAsync(string owner, string name, QueueSettings? settings, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<AnswerStatus>(cancellationToken);
        bool isSet;
        long? sooner;
        lock (tasks.Gate)
        {
            isSet = Ready.TrySet(tasks.Owners.Ensure(owner).Ordinal, name, settings);
            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
        return ValueTask.FromResult(isSet ? AnswerStatus.Ok : AnswerStatus.CapacityReached);
    }

    private QueueInfo Describe(OwnerTasks owner, string name, Dictionary<string, int> workers)
    {
        var queue = Ready.FindQueue(owner.Ordinal, name);
        var oldest = queue?.OldestReadyAt ?? long.MaxValue;
        var settings = Ready.Bounds.Find(owner.Ordinal, name) ?? QueueSettings.None;
        return new QueueInfo(
            name, settings.At(EngineClock.ToInstant(clock.UnixMilliseconds)), queue?.Counts ?? default, oldest == long.MaxValue ? null : EngineClock.ToInstant(oldest),
            workers.GetValueOrDefault(name));
    }

    // How many ask for each queue.
    private Dictionary<string, int> Workers(OwnerTasks owner)
    {
        var counts = new Dictionary<string, int>();
        foreach (var worker in owner.Workers.All)
        {
            if (clock.SteadyTick - worker.SeenTick > WorkerTable.ListedFor) continue;
            foreach (var name in worker.Queues) counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        return counts;
    }
}
