using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What a change concerns, known before it is made: a database that is asked over a network is asked once for many.</summary>
/// <param name="Creates">How many tasks it creates.</param>
/// <param name="Tasks">The numbers of the tasks that it changes.</param>
/// <param name="Key">Of the call that it makes or, where it creates nothing, answers.</param>
internal readonly record struct WriteScope(int Creates, IReadOnlyList<long> Tasks, IdempotencyKey? Key = null)
{
    /// <summary>What it takes of tasks whose turn it is; null for nothing.</summary>
    public WorkTake? Take { get; init; }

    /// <summary>Whose sign of life it is; null for nobody's.</summary>
    public (string Owner, string Worker)? Beat { get; init; }

    /// <summary>The schedule that it concerns; null for none.</summary>
    public ScheduleScope? Schedule { get; init; }

    /// <summary>Whose tasks, with which keys, it creates only if there are none with them.</summary>
    public IReadOnlyList<(string Owner, string Key)> Uniques { get; init; } = [];

    /// <summary>True if <see cref="Key"/> is of a call that it makes, though that may create nothing.</summary>
    public bool MakesCall { get; init; }

    /// <summary>True if all of these tasks are known to have work.</summary>
    public bool IsOfWork { get; init; }

    /// <summary>About how many tasks it concerns, at least one.</summary>
    public int Weight => Math.Max(1, Creates + Tasks.Count + (Take?.Max ?? 0));

    /// <summary>It creates tasks.</summary>
    public static WriteScope Creating(int count, IdempotencyKey? key = null) => new(count, [], key) { MakesCall = key is not null };

    /// <summary>The same, with what they are to be the only ones with, and what they wait for or gather.</summary>
    public static WriteScope Creating(string owner, IReadOnlyList<TaskSpec> tasks, IdempotencyKey? key = null)
    {
        var (uniques, waited) = (default(List<(string Owner, string Key)>), default(HashSet<long>));
        var all = CreationPlan.Of(tasks).Specs;
        foreach (var task in all)
        {
            if (task.Work?.Unique is { } unique) (uniques ??= []).Add((owner, unique.Key));
            foreach (var (id, _) in task.Work?.After?.Tasks ?? task.Work?.Gather?.Ids ?? [])
                if (TaskId.TryParse(id, out var other)) (waited ??= []).Add(other.Sequence);
        }

        var scope = Creating(all.Count, key);
        if (uniques is not null) scope = scope with { Uniques = uniques };
        return waited is null ? scope : scope with { Tasks = [.. waited] };
    }

    /// <summary>It asks for something else with a schedule.</summary>
    public static WriteScope Scheduling(string owner, string name) => new(0, []) { Schedule = new ScheduleScope(owner, name, Moves: false) };

    /// <summary>It moves a schedule on, and creates tasks with that.</summary>
    public static WriteScope Stepping(string owner, string name, IReadOnlyList<TaskSpec> tasks) => Creating(owner, tasks) with { Schedule = new ScheduleScope(owner, name, Moves: true) };

    /// <summary>It changes tasks.</summary>
    public static WriteScope Changing(params IReadOnlyList<long> sequences) => new(0, sequences);

    /// <summary>It answers a call.</summary>
    public static WriteScope Answering(Digest call) => new(0, [], new IdempotencyKey(call, default));

    /// <summary>It takes tasks whose turn it is.</summary>
    public static WriteScope Taking(WorkTake take) => new(0, []) { Take = take };

    /// <summary>A worker says that it is alive, and something of tasks.</summary>
    public static WriteScope Beating(string owner, string worker, IReadOnlyList<long> sequences) => new(0, sequences) { Beat = (owner, worker), IsOfWork = true };

    /// <summary>It changes tasks with work.</summary>
    public static WriteScope Working(IReadOnlyList<long> sequences) => new(0, sequences) { IsOfWork = true };
}
