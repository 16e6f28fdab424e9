namespace TaskApi.Engine.Model;

/// <summary>Which of the tasks of a call that creates some are one and the same, because of their keys. One that is taken for another waits for nothing of its own.</summary>
/// <param name="plan">The tasks.</param>
internal sealed class PlannedKeys(CreationPlan plan)
{
    // As where no place is named.
    private const int Outside = -1;

    private readonly Dictionary<string, int> _firsts = [];
    private readonly Dictionary<int, int> _taken = [];
    private bool _hasMembers;

    /// <summary>
    /// A task has a key. If there is one with it, it is taken for that one, else for the one of the call before it: also if the one that there is runs, for
    /// one that has not begun comes before it.
    /// </summary>
    /// <param name="place">Its place.</param>
    /// <param name="unique">Its key.</param>
    /// <param name="there">The task with it that there is; null if there is none.</param>
    public KeyedTask Add(int place, UniqueTask unique, KeyHolder? there)
    {
        if (there is null && _firsts.TryAdd(unique.Key, place)) return KeyedTask.Created;
        var isOutside = there is not null && !(there is { State: TaskState.Running } && _firsts.ContainsKey(unique.Key));
        _taken[place] = isOutside ? Outside : _firsts[unique.Key];
        _hasMembers |= !isOutside && place >= plan.Asked;
        var holder = there ?? new KeyHolder(TaskState.Pending, plan.Specs[_firsts[unique.Key]].Work!.Type);
        return unique.IsRefusedBy(holder.State, plan.Specs[place].Work!.Type == holder.Type) ? KeyedTask.Refused : KeyedTask.Taken;
    }

    /// <summary>A task of a gather that is taken for one that waits for that gather: both would wait for ever. Null if there is none.</summary>
    public int? FindCircle()
    {
        if (!_hasMembers) return null;
        var (isSeen, isWaiting, path) = (new bool[plan.Specs.Count], new bool[plan.Specs.Count], new Stack<Step>());
        for (var i = 0; i < plan.Asked; i++)
        {
            if (!isSeen[i] && !_taken.ContainsKey(i)) Enter(i, via: i);
            while (path.TryPop(out var step))
            {
                if (Next(step.Place, step.Passed) is not { } named)
                {
                    isWaiting[step.Place] = false;
                    continue;
                }

                path.Push(step with { Passed = step.Passed + 1 });
                var place = named == Outside ? Outside : _taken.GetValueOrDefault(named, named);
                if (place == Outside) continue;
                // Such a task is in each circle: others wait for tasks that have come before them, or that they bring along.
                if (isWaiting[place]) return IsTakenMember(place, named) ? named : path.First(passed => IsTakenMember(passed.Place, passed.Via)).Via;
                if (!isSeen[place]) Enter(place, named);
            }
        }

        return null;

        void Enter(int place, int via)
        {
            isSeen[place] = isWaiting[place] = true;
            path.Push(new Step(place, via, Passed: 0));
        }
    }

    private bool IsTakenMember(int place, int named) => place != named && named >= plan.Asked;

    // What a task waits for, one after the other: what it names, and what it brings along.
    private int? Next(int place, int passed)
    {
        var after = plan.Specs[place].Work?.After?.Tasks;
        if (passed < (after?.Count ?? 0)) return after![passed].Place;
        return plan.Specs[place].Work?.Gather is { } gather && passed - (after?.Count ?? 0) is var member && member < gather.Tasks.Count ? plan.FirstOf(place) + member : null;
    }

    /// <summary>A task on the way.</summary>
    /// <param name="Place">Its place.</param>
    /// <param name="Via">The place that was named: another, if the task that has it is taken for this one.</param>
    /// <param name="Passed">How many of those that it waits for have been passed.</param>
    private readonly record struct Step(int Place, int Via, int Passed);
}

/// <summary>A task that has a key already.</summary>
/// <param name="State">Pending or running.</param>
/// <param name="Type">Its type.</param>
internal readonly record struct KeyHolder(TaskState State, string Type);

/// <summary>What becomes of a task with a key.</summary>
internal enum KeyedTask
{
    /// <summary>It is created.</summary>
    Created,

    /// <summary>It is the one that has the key.</summary>
    Taken,

    /// <summary>It isn't to be created beside that one.</summary>
    Refused,
}
