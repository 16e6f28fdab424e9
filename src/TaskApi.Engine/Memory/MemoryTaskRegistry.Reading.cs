using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

// What is asked of the registry without changing a task.
internal sealed partial class MemoryTaskRegistry
{
    /// <summary>How many tasks one page looks at, at the most, in search of those that match.</summary>
    private const int SearchedPerPage = 65_536;

    /// <inheritdoc/>
    public ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken) => ValueTask.FromResult(Events.Open(after));

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        var found = TaskId.TryParse(id, out var taskId) && _owners.TryGetValue(owner, out var tasks) ? Read(taskId.Sequence, tasks.Ordinal, taskId) : null;
        return ValueTask.FromResult(found is null ? new TaskAnswer(RegistryStatus.NotFound) : new TaskAnswer(RegistryStatus.Ok, found));
    }

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken)
    {
        var handle = Watch(owner, id);
        return ValueTask.FromResult(handle.Task is null ? new TaskAnswer(RegistryStatus.NotFound) : new TaskAnswer(RegistryStatus.Ok, handle.Task, handle.Completion));
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
        if (!_owners.TryGetValue(owner, out var tasks)) return ValueTask.FromResult(found);
        for (var i = 0; i < found.Length; i++)
            if (TaskId.TryParse(ids[i], out var id)) found[i] = Read(id.Sequence, tasks.Ordinal, id);
        return ValueTask.FromResult(found);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        if (!_owners.TryGetValue(owner, out var tasks)) return ValueTask.FromResult<IReadOnlyList<Guid>?>(ids);
        lock (_gate)
            if (tasks.Group(group)?.Count > limit) return ValueTask.FromResult<IReadOnlyList<Guid>?>(null);
        Span<long> sequences = stackalloc long[Portion];
        int count;
        var after = 0L;
        do
        {
            lock (_gate)
            {
                count = CopyAfter(tasks, new TaskQuery(State: null, group, Name: null, After: null, limit), after, sequences);
                foreach (var sequence in sequences[..count])
                {
                    ref var entry = ref _table.Entry(sequence);
                    ids.Add(new TaskId(entry.IdTime, sequence, entry.Nonce).ToGuid());
                }
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
        if (!_owners.TryGetValue(owner, out var tasks)) return ValueTask.FromResult(new TaskPage(page, Next: null));
        Span<long> sequences = stackalloc long[Portion];
        var after = query.After is { } cursor && TaskId.TryParse(cursor, out var last) ? last.Sequence : query.NewestFirst ? long.MaxValue : 0;
        for (var searched = 0; searched < SearchedPerPage; searched += Portion)
        {
            int count;
            lock (_gate) count = CopyAfter(tasks, in query, after, sequences);
            foreach (var sequence in sequences[..count])
            {
                if (IsMatch(tasks, sequence, query.State) && Read(sequence) is { } task && IsMatch(task, query))
                {
                    if (page.Count == query.Limit) return ValueTask.FromResult(new TaskPage(page, page[^1].Id));
                    page.Add(task);
                }

                after = sequence;
            }

            if (count < sequences.Length) return ValueTask.FromResult(new TaskPage(page, Next: null));
        }

        return ValueTask.FromResult(new TaskPage(page, new TaskId(0, after, 0).ToGuid()));
    }

    /// <inheritdoc/>
    public ValueTask<RegistryStats> GetStatsAsync(string owner, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var counts = _owners.GetValueOrDefault(owner);
            return ValueTask.FromResult(new RegistryStats(
                counts?.CountOf(TaskState.Pending) ?? 0,
                counts?.Created ?? 0,
                counts?.CountOf(TaskState.Completed) ?? 0,
                counts?.CountOf(TaskState.Cancelled) ?? 0,
                counts?.CountOf(TaskState.Failed) ?? 0,
                _options.MaxPending,
                _lateness.Summarize(),
                _clock.Steady));
        }
    }

    /// <inheritdoc/>
    public RegistryTotals GetTotals()
    {
        lock (_gate)
        {
            var totals = new RegistryTotals { Pending = _pending, Capacity = _options.MaxPending };
            foreach (var owner in _ownersByOrdinal)
            {
                totals = totals with
                {
                    Created = totals.Created + owner.Created,
                    Completed = totals.Completed + owner.CountOf(TaskState.Completed),
                    Cancelled = totals.Cancelled + owner.CountOf(TaskState.Cancelled),
                    Failed = totals.Failed + owner.CountOf(TaskState.Failed),
                };
            }

            return totals;
        }
    }

    private static bool IsMatch(TaskSnapshot task, in TaskQuery query) =>
        (query.State is null || query.State == task.State)
        && (query.Group is null || query.Group == task.Group)
        && (query.Name is null || query.Name == task.Name);

    // A cheaper look, before the whole task is read.
    private bool IsMatch(OwnerTasks owner, long sequence, TaskState? state) =>
        _table.Segment(sequence) is { } segment && segment.TryPeek(sequence, out var outcome, out var ordinal)
        && ordinal == owner.Ordinal && (state is null || outcome.State == state);

    // The next of an owner's tasks, in the query's order, by the best index there is: a superset of those that match. Under the lock.
    private int CopyAfter(OwnerTasks owner, in TaskQuery query, long after, Span<long> target)
    {
        if (query.Name is null && query.Group is null && owner.All is null)
            return query.NewestFirst ? _table.CopyBefore(after, query.State, target) : _table.CopyAfter(after, query.State, target);
        var index = query.Name is { } name ? owner.Named(name) : query.Group is { } group ? owner.Group(group) : owner.All;
        return (query.NewestFirst ? index?.CopyBefore(after, target) : index?.CopyAfter(after, target)) ?? 0;
    }

    private bool TryLocate(string owner, Guid id, out long sequence)
    {
        sequence = 0;
        if (!TaskId.TryParse(id, out var taskId) || !_owners.TryGetValue(owner, out var tasks)) return false;
        sequence = taskId.Sequence;
        return _table.Segment(sequence) is { } segment && segment.Has(taskId, tasks.Ordinal);
    }

    private WatchedTask Watch(string owner, Guid id)
    {
        lock (_gate) return TryLocate(owner, id, out var sequence) ? Watch(sequence) : default;
    }

    // Under the lock, of a task that is there.
    private WatchedTask Watch(long sequence)
    {
        var segment = _table.Segment(sequence)!;
        var completion = segment.Entry(sequence).Outcome.IsDone ? null : EnsureCompletion(segment.EnsureExtras(sequence));
        return new WatchedTask(Read(sequence)!, completion);
    }

    private TaskCompletion EnsureCompletion(TaskExtras extras)
    {
        if (extras.Completion is { } present) return present;
        _bytes += TaskWeight.Completion;
        return extras.Completion = new TaskCompletion();
    }

    private TaskSnapshot? Read(long sequence, ushort owner, TaskId id) =>
        _table.Segment(sequence) is { } segment
        && segment.TryRead(sequence, out var entry, out var outcome, out var extras, out var message)
        && entry.Owner == owner && entry.IdTime == id.Time && entry.Nonce == id.Nonce
            ? Snapshot(sequence, in entry, outcome, extras, message)
            : null;

    private TaskSnapshot? Read(long sequence) =>
        _table.Segment(sequence) is { } segment && segment.TryRead(sequence, out var entry, out var outcome, out var extras, out var message)
            ? Snapshot(sequence, in entry, outcome, extras, message)
            : null;

    private TaskSnapshot Snapshot(long sequence, in TaskEntry entry, TaskOutcome outcome, TaskExtras? extras, string message)
    {
        DateTimeOffset? finishedAt = outcome.IsDone ? EngineClock.ToInstant(outcome.FinishedAt) : null;
        return new TaskSnapshot
        {
            Id = new TaskId(entry.IdTime, sequence, entry.Nonce).ToGuid(),
            Owner = _ownersByOrdinal[entry.Owner].Name,
            Name = extras?.Name,
            Group = extras?.Group,
            Message = message,
            DelaySeconds = entry.DelaySeconds,
            State = outcome.State,
            CreatedAt = EngineClock.ToInstant(entry.CreatedAt),
            DueAt = EngineClock.ToInstant(entry.DueAt),
            FinishedAt = finishedAt,
            Result = outcome.State == TaskState.Completed ? $"{_clock.LocalTime(finishedAt!.Value)} {message}" : null,
            Error = outcome.State switch
            {
                TaskState.Cancelled => extras?.Error ?? TaskError.CancelledPlainly,
                TaskState.Failed => extras?.Error,
                _ => null,
            },
            Version = (entry.Version >> 1) - 1,
        };
    }
}
