using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>What is asked without changing a task.</summary>
/// <param name="tasks">The tasks.</param>
/// <param name="clockwork">Knows how late they were.</param>
/// <param name="options">The bounds.</param>
/// <param name="clock">Since when all this counts.</param>
internal sealed class MemoryQueries(MemoryTasks tasks, MemoryClockwork clockwork, TaskOptions options, EngineClock clock) : ITaskQueries, ITaskWaits
{
    /// <inheritdoc/>
    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        var found = tasks.Owners.Find(owner) is { } counts ? tasks.Lookup.Find(counts, id) : null;
        return ValueTask.FromResult(found is null ? new TaskAnswer(AnswerStatus.NotFound) : new TaskAnswer(AnswerStatus.Ok, found));
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        var handle = Watch(owner, id);
        return ValueTask.FromResult(handle.Task is null ? new TaskAnswer(AnswerStatus.NotFound) : new TaskAnswer(AnswerStatus.Ok, handle.Task, handle.Completion));
    }

    /// <inheritdoc/>
    public ValueTask<WatchedTask[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var handles = new WatchedTask[ids.Count];
        for (var i = 0; i < handles.Length; i++) handles[i] = Watch(owner, ids[i]);
        return ValueTask.FromResult(handles);
    }

    /// <inheritdoc/>
    public ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var found = new TaskSnapshot?[ids.Count];
        if (tasks.Owners.Find(owner) is not { } counts) return ValueTask.FromResult(found);
        for (var i = 0; i < found.Length; i++) found[i] = tasks.Lookup.Find(counts, ids[i]);
        return ValueTask.FromResult(found);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        if (tasks.Owners.Find(owner) is not { } counts) return ValueTask.FromResult<IReadOnlyList<Guid>?>(ids);
        lock (tasks.Gate)
            if (counts.Group(group)?.Count > limit) return ValueTask.FromResult<IReadOnlyList<Guid>?>(null);
        Span<long> sequences = stackalloc long[MemoryTasks.ChunkSize];
        int count;
        var after = 0L;
        do
        {
            lock (tasks.Gate)
            {
                count = tasks.Lookup.CopyAfter(counts, new TaskQuery(State: null, group, Name: null, After: null, limit), after, sequences);
                foreach (var sequence in sequences[..count]) ids.Add(tasks.Lookup.IdOf(sequence));
            }

            if (count > 0) after = sequences[count - 1];
        }
        while (count == sequences.Length && ids.Count <= limit);
        return ValueTask.FromResult<IReadOnlyList<Guid>?>(ids.Count <= limit ? ids : null);
    }

    /// <inheritdoc/>
    public ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken)
    {
        var page = new List<TaskSnapshot>(Math.Min(query.Limit, 100));
        if (tasks.Owners.Find(owner) is not { } counts) return ValueTask.FromResult(new TaskPage(page, Next: null));
        if (query.ByDue) return ValueTask.FromResult(ListByDue(counts, query, cancellationToken));
        Span<long> sequences = stackalloc long[MemoryTasks.ChunkSize];
        var (first, end) = tasks.Lookup.RangeOf(in query);
        long? passed = query.After is { } cursor && TaskId.TryParse(cursor, out var last) ? last.Sequence : null;
        var after = query.NewestFirst ? Math.Min(passed ?? long.MaxValue, end) : Math.Max(passed ?? 0, first - 1);
        for (var searched = 0; searched < query.Window; searched += MemoryTasks.ChunkSize)
        {
            int count;
            var next = sequences[..Math.Min(sequences.Length, query.Window - searched)];
            lock (tasks.Gate) count = tasks.Lookup.CopyAfter(counts, in query, after, next);
            foreach (var sequence in sequences[..count])
            {
                if (sequence < first || sequence >= end) return ValueTask.FromResult(new TaskPage(page, Next: null));
                if (tasks.Lookup.IsMatch(counts, sequence, query.State) && (!query.IsOfWork || tasks.Lookup.IsWork(sequence, query)) && tasks.Lookup.Read(sequence) is { } task && IsMatch(task, query))
                {
                    if (page.Count == query.Limit) return ValueTask.FromResult(new TaskPage(page, page[^1].Id));
                    page.Add(task);
                }

                after = sequence;
            }

            if (count < next.Length) return ValueTask.FromResult(new TaskPage(page, Next: null));
        }

        return ValueTask.FromResult(new TaskPage(page, new TaskId(0, after, 0).ToGuid()));
    }

    /// <inheritdoc/>
    public ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken)
    {
        lock (tasks.Gate)
        {
            var counts = tasks.Owners.Find(owner);
            return ValueTask.FromResult(new StorageStats(
                counts?.CountOf(TaskState.Pending) ?? 0,
                counts?.Created ?? 0,
                counts?.CountOf(TaskState.Completed) ?? 0,
                counts?.CountOf(TaskState.Cancelled) ?? 0,
                counts?.CountOf(TaskState.Failed) ?? 0,
                options.MaxPending,
                clockwork.Lateness,
                clock.Steady)
            {
                Running = counts?.CountOf(TaskState.Running) ?? 0,
                Ready = counts?.Ready ?? 0,
                Retried = counts?.Retried ?? 0,
                Lost = counts?.Lost ?? 0,
            });
        }
    }

    /// <inheritdoc cref="IStorageHealth.LongestReady"/>
    public TimeSpan LongestReady
    {
        get
        {
            var oldest = long.MaxValue;
            tasks.EachQueue(queue => oldest = Math.Min(oldest, queue.OldestReadyAt));
            return oldest == long.MaxValue ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Max(0, clock.UnixMilliseconds - oldest));
        }
    }

    /// <inheritdoc/>
    public StorageTotals GetTotals()
    {
        lock (tasks.Gate)
        {
            var totals = new StorageTotals { Pending = tasks.Capacity.Unfinished - tasks.Capacity.Running, Running = tasks.Capacity.Running, Capacity = options.MaxPending };
            foreach (var owner in tasks.Owners.All)
            {
                totals = totals with
                {
                    Created = totals.Created + owner.Created,
                    Completed = totals.Completed + owner.CountOf(TaskState.Completed),
                    Cancelled = totals.Cancelled + owner.CountOf(TaskState.Cancelled),
                    Failed = totals.Failed + owner.CountOf(TaskState.Failed),
                    Ready = totals.Ready + owner.Ready,
                    Retried = totals.Retried + owner.Retried,
                    Lost = totals.Lost + owner.Lost,
                };
            }

            return totals;
        }
    }

    // One pass over what is pending, a chunk at a time, with the lock only for the numbers of each.
    private TaskPage ListByDue(OwnerTasks owner, TaskQuery query, CancellationToken cancellationToken)
    {
        var soonest = new SoonestTasks(query);
        Span<long> sequences = stackalloc long[MemoryTasks.ChunkSize];
        var (first, end) = tasks.Lookup.RangeOf(in query);
        var after = first - 1;
        // One more than may be tells that there are too many.
        for (var left = query.MostByDue + 1; left > 0; left -= sequences.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count;
            var next = sequences[..Math.Min(sequences.Length, left)];
            lock (tasks.Gate) count = tasks.Lookup.CopyAfter(owner, in query, after, next);
            foreach (var sequence in sequences[..count])
            {
                if (sequence >= end) return soonest.ToPage();
                if (tasks.Lookup.IsMatch(owner, sequence, query.State) && tasks.Lookup.TryDue(sequence, out var dueAt) && soonest.MayHold(dueAt, sequence)
                    && (!query.IsOfWork || tasks.Lookup.IsWork(sequence, query)) && tasks.Lookup.Read(sequence) is { } task && IsMatch(task, query))
                    soonest.Offer(task, sequence);
            }

            if (count < next.Length) return soonest.ToPage();
            after = next[^1];
        }

        return new TaskPage([], Next: null) { IsTooMany = true };
    }

    private static bool IsMatch(TaskSnapshot task, in TaskQuery query) =>
        (query.State is null || query.State == task.State)
        && (query.Group is null || query.Group == task.Group)
        && (query.Name is null || query.Name == task.Name)
        && query.IsOfTime(task.CreatedAt)
        && query.IsMentionedIn(task);

    private WatchedTask Watch(string owner, Guid id)
    {
        lock (tasks.Gate) return tasks.Lookup.TryLocate(owner, id, out var sequence) ? tasks.Watches.Watch(sequence) : default;
    }
}
