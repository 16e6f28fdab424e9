using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>The tasks that are to be the only ones with their keys, as long as they aren't done. Used under the storage's lock.</summary>
/// <param name="tasks">All tasks.</param>
/// <param name="clock">The clock that decides.</param>
internal sealed class UniqueTasks(MemoryTasks tasks, EngineClock clock)
{
    // Those that have not begun come first, in the order of their creation. Mostly there is one of a key; many may run of one that they don't have to wait for.
    private static readonly Comparer<(bool HasBegun, WorkState Task)> _order = Comparer<(bool HasBegun, WorkState Task)>.Create(static (left, right) =>
        left.HasBegun != right.HasBegun ? left.HasBegun.CompareTo(right.HasBegun) : left.Task.Sequence.CompareTo(right.Task.Sequence));

    private readonly Dictionary<(int Owner, string Key), SortedSet<(bool HasBegun, WorkState Task)>> _byKey = [];

    /// <summary>A task has been created.</summary>
    public void Add(WorkState work)
    {
        if (work.Origin?.Unique is not { } key) return;
        if (!_byKey.TryGetValue((work.Owner, key), out var same)) _byKey[(work.Owner, key)] = same = new SortedSet<(bool HasBegun, WorkState Task)>(_order);
        same.Add((HasBegun: false, work));
    }

    /// <summary>A task has begun, or waits once more.</summary>
    public void Note(WorkState work, bool hasBegun)
    {
        if (work.Origin?.Unique is not { } key || !_byKey.TryGetValue((work.Owner, key), out var same) || !same.Remove((!hasBegun, work))) return;
        same.Add((hasBegun, work));
    }

    /// <summary>A task is done.</summary>
    public void Remove(WorkState work)
    {
        if (work.Origin?.Unique is not { } key || !_byKey.TryGetValue((work.Owner, key), out var same)) return;
        if (!same.Remove((HasBegun: false, work))) same.Remove((HasBegun: true, work));
        if (same.Count == 0) _byKey.Remove((work.Owner, key));
    }

    /// <summary>Creates all of the tasks or none, but for those that there are.</summary>
    public TasksAnswer Create(string owner, IReadOnlyList<TaskSpec> specs, bool watch)
    {
        if (tasks.Capacity.IsClosed) return new TasksAnswer(AnswerStatus.ShuttingDown, []);
        var ordinal = tasks.Owners.Ensure(owner).Ordinal;
        var plan = CreationPlan.Of(specs);
        if (tasks.Creation.Refusal(owner, plan.Specs, out var bytes) is { } after) return new TasksAnswer(after.Status, []) { After = after.In(plan) };
        if (Check(ordinal, plan, out var count) is { } conflict) return new TasksAnswer(AnswerStatus.TaskExists, []) { Conflict = conflict };
        if (tasks.Capacity.Reserve(count, bytes) is { } refused) return new TasksAnswer(refused, []);
        var made = 0;
        try
        {
            return Create(owner, ordinal, plan, watch, ref count, ref made);
        }
        catch
        {
            tasks.Capacity.GiveBack(count - made);
            throw;
        }
    }

    // For as many as are new there is room, and more is made if it has to be.
    private TasksAnswer Create(string owner, int ordinal, CreationPlan plan, bool watch, ref int count, ref int made)
    {
        var created = new WatchedTask[plan.Specs.Count];
        for (var i = 0; i < created.Length; i++)
        {
            var (spec, isWatched) = (plan.At(i, plan.ParentOf(i) is { } parent ? created[parent].Task.Id : null), watch && i < plan.Asked);
            if (spec.Work?.Unique is { } unique && Find(ordinal, unique) is { } there)
            {
                created[i] = Take(there, spec, unique, isWatched);
                continue;
            }

            // One that was to be taken for another is created all the same where that one has been cancelled at once.
            if (made == count) tasks.Capacity.Take(++count - made);
            created[i] = tasks.Creation.Create(owner, spec, isWatched, created);
            made++;
        }

        tasks.Creation.Gather(plan, created);
        return new TasksAnswer(AnswerStatus.Ok, plan.Asked == created.Length ? created : created[..plan.Asked]);
    }

    // Why they can't be created; else how many are.
    private TaskConflict? Check(int owner, CreationPlan plan, out int count)
    {
        var specs = plan.Specs;
        count = specs.Count;
        var keys = new PlannedKeys(plan);
        for (var i = 0; i < specs.Count; i++)
        {
            if (specs[i].Work?.Unique is not { } unique) continue;
            var there = Find(owner, unique);
            var becomes = keys.Add(i, unique, there is null ? null : new KeyHolder(there.Run is null ? TaskState.Pending : TaskState.Running, there.Kind.Type));
            if (becomes == KeyedTask.Refused) return new TaskConflict(plan.Top(i), plan.PathTo(i), there is null ? null : tasks.Lookup.Read(there.Sequence));
            if (becomes == KeyedTask.Taken) count--;
        }

        return keys.FindCircle() is { } place ? new TaskConflict(plan.Top(place), plan.PathTo(place), Task: null) : null;
    }

    private WatchedTask Take(WorkState there, TaskSpec spec, UniqueTask unique, bool watch)
    {
        if (unique.OnConflict == UniqueConflict.Replace)
        {
            var now = EngineClock.ToInstant(clock.UnixMilliseconds);
            var due = DueTime.Of(spec.Schedule, clock, now);
            tasks.Change(there.Sequence, due.At, due, new TaskRevision(spec.Schedule, Message: null, spec.Work!.Input), now.ToUnixTimeMilliseconds());
        }

        var found = watch ? tasks.Watches.Watch(there.Sequence) : new WatchedTask(tasks.Lookup.Read(there.Sequence)!, Completion: null);
        return found with { IsExisting = true };
    }

    // One that has not begun, if there is one.
    private WorkState? Find(int owner, UniqueTask unique)
    {
        if (!_byKey.TryGetValue((owner, unique.Key), out var same)) return null;
        var (hasBegun, work) = same.Min;
        return hasBegun && unique.Scope != UniqueScope.Unfinished ? null : work;
    }
}
