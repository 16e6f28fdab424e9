using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Creates tasks that are to be the only ones with their keys, or wait for others, within one transaction. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
/// <param name="counters">Knows owners.</param>
internal sealed class UniqueWrites(WriteBatch batch, ICounters counters)
{
    /// <summary>Why tasks can't be created: one of them is there already, or there is no room; null if they can.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="specs">The tasks.</param>
    /// <param name="conflict">With <see cref="AnswerStatus.TaskExists"/>.</param>
    /// <param name="after">With <see cref="AnswerStatus.DependencyNotFound"/>, <see cref="AnswerStatus.TooDeep"/> and <see cref="AnswerStatus.TooLong"/>.</param>
    public AnswerStatus? Refusal(string owner, IReadOnlyList<TaskSpec> specs, out TaskConflict? conflict, out AfterRefusal? after)
    {
        conflict = null;
        var plan = CreationPlan.Of(specs);
        specs = plan.Specs;
        var bytes = 0L;
        after = batch.IsClosed ? null : batch.Waits.Refusal(owner, specs, out bytes)?.In(plan);
        if (after is not null) return after.Status;

        var (count, keys) = (specs.Count, default(PlannedKeys));
        for (var i = 0; i < specs.Count && !batch.IsClosed; i++)
        {
            if (specs[i].Work?.Unique is not { } unique) continue;
            var there = Find(owner, unique);
            var becomes = (keys ??= new PlannedKeys(plan)).Add(i, unique, there is { } held ? new KeyHolder(held.Facts.State, held.Work.Type) : null);
            if (becomes == KeyedTask.Taken) count--;
            if (becomes != KeyedTask.Refused) continue;
            conflict = new TaskConflict(plan.Top(i), plan.PathTo(i), there?.ToSnapshot(owner));
            return AnswerStatus.TaskExists;
        }

        if (keys?.FindCircle() is { } place)
        {
            conflict = new TaskConflict(plan.Top(place), plan.PathTo(place), Task: null);
            return AnswerStatus.TaskExists;
        }

        return batch.Refusal(count) ?? (batch.Aftermath.Gathers.Starts.TryBegin(bytes) ? null : AnswerStatus.CapacityReached);
    }

    /// <summary>Creates all tasks, for which there is room, but those that are there already.</summary>
    public CreatedRow[] Create(string owner, IReadOnlyList<TaskSpec> specs, bool watch)
    {
        var plan = CreationPlan.Of(specs);
        var rows = new CreatedRow[plan.Specs.Count];
        var changesNew = plan.HasGathers || specs.Any(static spec => spec.Work?.After?.Tasks.Any(static task => task.Place >= 0) is true);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = Create(owner, plan.At(i, plan.ParentOf(i) is { } parent ? rows[parent].Row.Id.ToGuid() : null), watch && i < plan.Asked, rows);
            if (changesNew && !rows[i].IsExisting) batch.Session.HoldNew(rows[i].Row, rows[i].Work);
        }

        if (plan.HasGathers) batch.Aftermath.Gathers.Starts.Add(owner, plan, rows);
        return plan.Asked == rows.Length ? rows : rows[..plan.Asked];
    }

    /// <summary>Creates a task, for which there is room, unless it is there already.</summary>
    public CreatedRow Create(string owner, TaskSpec spec, bool watch, ReadOnlySpan<CreatedRow> before = default)
    {
        if (spec.Work?.Unique is not { } unique || Find(owner, unique) is not { } there) return batch.Create(owner, spec, watch, batch.Waits.Find(owner, spec, before));
        var id = there.Task.Id;
        if (unique.OnConflict == UniqueConflict.Replace) batch.Reschedule(owner, id, new TaskRevision(spec.Schedule, Message: null, spec.Work.Input), condition: null);
        var found = batch.Find(owner, id)!.Value;
        var existing = new CreatedRow(found.Row, Completion: null) { Work = found.Work, IsExisting = true };
        return watch ? batch.Watch(owner, existing) : existing;
    }

    // One that has not begun, if there is one.
    private HeldWork? Find(string owner, UniqueTask unique)
    {
        if (counters.Find(owner) is not { } counts) return null;
        HeldWork? running = null;
        foreach (var held in batch.Session.Work!.FindUnique(counts.Id, unique.Key))
        {
            var state = held.Facts.State;
            if (state == TaskState.Pending) return held;
            if (unique.Concerns(state)) running ??= held;
        }

        return running;
    }
}
