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
        var (ordinal, workers) = Look(owner);
        lock (tasks.Gate) return ValueTask.FromResult(Describe(ordinal, name, workers));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueInfo>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken)
    {
        var (ordinal, workers) = Look(owner);
        var page = new List<QueueInfo>(Math.Min(limit, MemoryTasks.ChunkSize));
        // Those that nobody may have named but the configuration, or a worker.
        var others = new SortedSet<string>(workers.Keys.Concat(Ready.Bounds.Defaults).Where(name => string.CompareOrdinal(name, after) > 0), StringComparer.Ordinal).ToArray();
        var (named, passed, at, isLast) = (new string[MemoryTasks.ChunkSize], after, 0, false);
        while (!isLast && page.Count < limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Some at a time, for there may be very many, and so many that nobody needs any more.
            lock (tasks.Gate)
            {
                var count = Ready.Names.CopyAfter(ordinal, passed, named);
                isLast = count < named.Length;
                var next = new SortedSet<string>(named.Take(count).Where(name => Ready.FindQueue(ordinal, name)!.IsNamed), StringComparer.Ordinal);
                for (var added = 0; at < others.Length && added < limit && (isLast || string.CompareOrdinal(others[at], named[^1]) <= 0); added++) next.Add(others[at++]);
                page.AddRange(next.Take(limit - page.Count).Select(name => Describe(ordinal, name, workers)));
                passed = named[^1];
            }
        }

        return ValueTask.FromResult<IReadOnlyList<QueueInfo>>(page);
    }

    /// <inheritdoc/>
    public ValueTask<AnswerStatus> SetAsync(string owner, string name, QueueSettings? settings, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<AnswerStatus>(cancellationToken);
        bool isSet;
        long? sooner;
        int ordinal;
        lock (tasks.Gate)
        {
            ordinal = tasks.Owners.Ensure(owner).Ordinal;
            isSet = Ready.TrySet(ordinal, name, settings);
            sooner = clockwork.SoonerTick();
        }

        clockwork.AfterChange(sooner);
        // Others get their turn in between.
        for (var isDone = !isSet; !isDone; clockwork.AfterChange(sooner))
        {
            lock (tasks.Gate)
            {
                isDone = Ready.Arrange(ordinal, name);
                sooner = clockwork.SoonerTick();
            }
        }

        return ValueTask.FromResult(isSet ? AnswerStatus.Ok : AnswerStatus.CapacityReached);
    }

    private QueueInfo Describe(int owner, string name, Dictionary<string, int> workers)
    {
        var queue = Ready.FindQueue(owner, name);
        var oldest = queue?.OldestReadyAt ?? long.MaxValue;
        var settings = Ready.Bounds.Find(owner, name) ?? QueueSettings.None;
        return new QueueInfo(
            name, settings.At(EngineClock.ToInstant(clock.UnixMilliseconds)), queue?.Counts ?? default, oldest == long.MaxValue ? null : EngineClock.ToInstant(oldest),
            workers.GetValueOrDefault(name));
    }

    // An owner's number, or one of nobody, and how many workers ask for each queue: counted without the lock, for each may ask for many.
    private (int Ordinal, Dictionary<string, int> Workers) Look(string owner)
    {
        OwnerTasks? known;
        var asked = new List<IReadOnlyList<string>>();
        lock (tasks.Gate)
        {
            known = tasks.Owners.Find(owner);
            foreach (var worker in known?.Workers.All ?? [])
                if (clock.SteadyTick - worker.SeenTick <= WorkerTable.ListedFor) asked.Add(worker.Queues);
        }

        var counts = new Dictionary<string, int>();
        foreach (var queues in asked)
            foreach (var name in queues) counts[name] = counts.GetValueOrDefault(name) + 1;
        return (known?.Ordinal ?? -1, counts);
    }
}
