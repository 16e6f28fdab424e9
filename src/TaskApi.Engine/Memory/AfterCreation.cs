using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>Creates tasks that may have to wait for others. Used under the storage's lock.</summary>
/// <param name="tasks">All tasks.</param>
/// <param name="clock">The clock that decides.</param>
internal sealed class AfterCreation(MemoryTasks tasks, EngineClock clock)
{
    /// <summary>Why tasks can't be created as to those that they are to wait for; null if they can.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="specs">The tasks.</param>
    /// <param name="bytes">How many bytes they will hold of those.</param>
    public AfterRefusal? Refusal(string owner, IReadOnlyList<TaskSpec> specs, out long bytes)
    {
        bytes = 0;
        return AfterCheck.Refusal(specs, id =>
            !tasks.Lookup.TryLocate(owner, id, out var sequence) ? null : tasks.FindWork(sequence) is { After: { } after } && !tasks.Facts(sequence).State.IsDone() ? after.Depth : 0)
            ?? GatherCheck.Refusal(specs, LengthOf, out bytes);

        int LengthOf(Guid id)
        {
            if (!tasks.Lookup.TryLocate(owner, id, out var sequence) || !tasks.Facts(sequence).State.IsDone()) return 0;
            return tasks.FindWork(sequence)?.Result?.Length ?? MemberOutcome.Of(tasks.Lookup.Read(sequence)!).Value.Length;
        }
    }

    /// <summary>Creates a task, for which there is room.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="spec">What to create.</param>
    /// <param name="watch">True to get the completion to await with it.</param>
    /// <param name="created">What has been created before it with the same call.</param>
    public WatchedTask Create(string owner, TaskSpec spec, bool watch, ReadOnlySpan<WatchedTask> created)
    {
        if (spec.Work?.After is not { } asked) return tasks.Add(owner, spec, watch);
        var start = new AfterStart(asked.On);
        foreach (var (given, place) in asked.Tasks)
        {
            var id = place < 0 ? given : created[place].Task.Id;
            if (!TaskId.TryParse(id, out var named)) throw new InvalidOperationException("It was there when this was checked.");
            if (!start.Names(named.Sequence)) start.Add(id, named.Sequence, tasks.Facts(named.Sequence).State, tasks.FindWork(named.Sequence)?.After?.Depth ?? 0);
        }

        var task = tasks.Add(owner, spec, watch, start);
        if (start.Broken is not { } error || !TaskId.TryParse(task.Task.Id, out var own)) return task;
        var now = Moment.Of(clock);
        var transition = Transitions.Decide(tasks.Facts(own.Sequence), TaskCommand.Cancel(error), now.Unix);
        return new WatchedTask(tasks.Carry(own.Sequence, transition, now, wanted: true)!, task.Completion);
    }

    /// <summary>Has gathers that have just been created gather their members, which by now are all there.</summary>
    public void Gather(CreationPlan plan, ReadOnlySpan<WatchedTask> created)
    {
        for (var i = 0; plan.HasGathers && i < created.Length; i++)
        {
            if (plan.Specs[i].Work?.Gather is not { } gather || !TaskId.TryParse(created[i].Task.Id, out var id)) continue;
            var members = new Guid[gather.Ids.Count + gather.Tasks.Count];
            for (var k = 0; k < members.Length; k++) members[k] = k < gather.Ids.Count ? gather.Ids[k].Id : created[plan.FirstOf(i) + k].Task.Id;
            tasks.Aftermath.Gathers.Begin(id.Sequence, gather, members);
        }
    }
}
