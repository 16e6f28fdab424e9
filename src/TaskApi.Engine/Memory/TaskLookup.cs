using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>Finds tasks, and makes what is shown of them. Takes no lock.</summary>
/// <param name="table">The tasks.</param>
/// <param name="owners">Whose they are.</param>
/// <param name="clock">Tells the time of day that results begin with.</param>
internal sealed class TaskLookup(TaskTable table, OwnerTable owners, EngineClock clock)
{
    /// <summary>Where the order of ids is not that of creation.</summary>
    public BackwardTimes Backward { get; } = new();

    /// <summary>A task of this owner; null if there is none with exactly this id.</summary>
    public TaskSnapshot? Find(OwnerTasks owner, Guid id) =>
        TaskId.TryParse(id, out var taskId)
        && table.Segment(taskId.Sequence) is { } segment
        && segment.TryRead(taskId.Sequence, out var view)
        && view.Entry.Owner == owner.Ordinal && view.Entry.IdTime == taskId.Time && view.Entry.Nonce == taskId.Nonce
            ? Snapshot(taskId.Sequence, in view)
            : null;

    /// <summary>The task with this number, whoever's it is; null if there is none.</summary>
    public TaskSnapshot? Read(long sequence) =>
        table.Segment(sequence) is { } segment && segment.TryRead(sequence, out var view)
            ? Snapshot(sequence, in view)
            : null;

    /// <summary>The id of a task that is there. Under the lock.</summary>
    public Guid IdOf(long sequence)
    {
        ref var entry = ref table.Entry(sequence);
        return new TaskId(entry.IdTime, sequence, entry.Nonce).ToGuid();
    }

    /// <summary>The number of a task, whoever's it is; false if there is none with exactly this id. It stays true under the lock alone.</summary>
    public bool TryLocate(Guid id, out long sequence)
    {
        sequence = 0;
        if (!TaskId.TryParse(id, out var taskId)) return false;
        sequence = taskId.Sequence;
        return table.Segment(sequence) is { } segment && segment.Has(taskId, owner: null);
    }

    /// <summary>The number of a task of this owner; false if there is none with exactly this id. It stays true under the lock alone.</summary>
    public bool TryLocate(string owner, Guid id, out long sequence)
    {
        sequence = 0;
        if (!TaskId.TryParse(id, out var taskId) || owners.Find(owner) is not { } tasks) return false;
        sequence = taskId.Sequence;
        return table.Segment(sequence) is { } segment && segment.Has(taskId, tasks.Ordinal);
    }

    /// <summary>True if there is a task with this number.</summary>
    public bool TryPeek(long sequence) => table.Segment(sequence) is { } segment && segment.TryPeek(sequence, out _, out _);

    /// <summary>True if the task is there, the owner's, and in this state (null: any): a cheaper look, before the whole task is read.</summary>
    public bool IsMatch(OwnerTasks owner, long sequence, TaskState? state) =>
        table.Segment(sequence) is { } segment && segment.TryPeek(sequence, out var outcome, out var ordinal)
        && ordinal == owner.Ordinal && (state is null || outcome.State == state);

    /// <summary>When a task comes due, in Unix milliseconds: a cheaper look likewise.</summary>
    public bool TryDue(long sequence, out long dueAt)
    {
        dueAt = 0;
        return table.Segment(sequence) is { } segment && segment.TryDue(sequence, out dueAt);
    }

    /// <summary>True if the task may be one that a query for work wants: a look at what it has beside its entry.</summary>
    public bool IsWork(long sequence, in TaskQuery query) =>
        table.Segment(sequence)?.FindExtras(sequence) is WorkState work && work.IsMatch(query);

    /// <summary>True if a task that is there was created in the query's time. Under the lock.</summary>
    public bool IsOfTime(long sequence, in TaskQuery query) => query.IsOfTime(EngineClock.ToInstant(table.Entry(sequence).CreatedAt));

    /// <summary>Where tasks of the query's time begin, and where they have ended: by the times in ids, which don't go back where the wall clock does.</summary>
    public (long First, long End) RangeOf(in TaskQuery query) => (
        query.CreatedAfter is { } from ? table.FirstSince(from.ToUnixTimeMilliseconds()) : 1,
        query.CreatedBefore is { } until ? Backward.End(table.FirstSince(until.ToUnixTimeMilliseconds()), until.ToUnixTimeMilliseconds()) : long.MaxValue);

    /// <summary>The next of an owner's tasks, in the query's order, by the best index there is: a superset of those that match. Under the lock.</summary>
    public int CopyAfter(OwnerTasks owner, in TaskQuery query, long after, Span<long> target)
    {
        if (query.Name is null && query.Group is null && owner.All is null)
            return query.NewestFirst ? table.CopyBefore(after, query.State, target) : table.CopyAfter(after, query.State, target);
        var index = query.Name is { } name ? owner.Named(name) : query.Group is { } group ? owner.Group(group) : owner.All;
        return (query.NewestFirst ? index?.CopyBefore(after, target) : index?.CopyAfter(after, target)) ?? 0;
    }

    /// <summary>The next of an owner's tasks, of a group or, for null, of all, that may not be done: a superset. Under the lock.</summary>
    public int CopyUnfinished(OwnerTasks owner, string? group, long after, Span<long> target) => group is null && owner.All is null
        ? table.CopyUnfinished(after, target)
        : (group is null ? owner.All : owner.Group(group))?.CopyAfter(after, target) ?? 0;

    /// <summary>What is shown of a task.</summary>
    public TaskSnapshot Snapshot(long sequence, in TaskView view) => Snapshot(sequence, in view.Entry, view.Outcome, view.Extras, view.Message, view.Work);

    /// <inheritdoc cref="Snapshot(long, in TaskView)"/>
    public TaskSnapshot Snapshot(long sequence, in TaskEntry entry, TaskOutcome outcome, TaskExtras? extras, string message, WorkSnapshot? work = null) => TaskSnapshot.Of(new TaskData
    {
        Id = new TaskId(entry.IdTime, sequence, entry.Nonce),
        Owner = owners.Find(entry.Owner).Name,
        Name = extras?.Name,
        Group = extras?.Group,
        Message = message,
        DelaySeconds = entry.DelaySeconds,
        State = outcome.State,
        CreatedAt = entry.CreatedAt,
        DueAt = entry.DueAt,
        FinishedAt = outcome.FinishedAt,
        Offset = outcome.State == TaskState.Completed && work is null ? clock.OffsetAt(outcome.FinishedAt) : default,
        Error = extras?.Error,
        Version = (entry.Version >> 1) - 1,
        Work = work,
    });
}
