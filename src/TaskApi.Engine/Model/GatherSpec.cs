namespace TaskApi.Engine.Model;

/// <summary>How a gather goes. Numbers are kept in databases.</summary>
[Flags]
internal enum GatherRules : byte
{
    /// <summary>It fails with the first of its members that does; the others go on: asyncio.gather.</summary>
    None = 0,

    /// <summary>When one fails the others are cancelled, and it fails when all have ended: asyncio.TaskGroup.</summary>
    CancelOthers = 1,

    /// <summary>It doesn't fail with its members: asyncio.gather with <c>return_exceptions</c>.</summary>
    TakesFailures = 2,

    /// <summary>Its members were created with it: who cancels it cancels them.</summary>
    OwnsMembers = 4,
}

/// <summary>What a task of type <c>gather</c> that is to be created waits for: tasks that there are, or tasks that are created with it.</summary>
/// <param name="Ids">The tasks that there are, in order; one may be there more than once.</param>
/// <param name="Tasks">The tasks that are created with it, in order; none if there are <paramref name="Ids"/>.</param>
/// <param name="Rules">How it goes.</param>
internal sealed record GatherSpec(IReadOnlyList<AfterTask> Ids, IReadOnlyList<TaskSpec> Tasks, GatherRules Rules)
{
    /// <summary>How many tasks one may wait for.</summary>
    public const int MostMembers = 100_000;

    /// <summary>How many tasks may be created with one, those of gathers among them counted.</summary>
    public const int MostTasks = 10_000;

    /// <summary>How many gathers may be created one within the other.</summary>
    public const int MostDepth = 16;

    /// <summary>The longest input, in bytes: nobody runs it, and a hundred thousand ids need as much.</summary>
    public const int MostInputBytes = 4 << 20;

    /// <summary>The longest list of results, in bytes.</summary>
    public const int MostResultBytes = 16 << 20;

    /// <summary>How long the results may be together, in bytes, with which the gathers of one call begin: those of members that are done, once for each place.</summary>
    public const int MostBytesAtOnce = 64 << 20;

    /// <summary>How many tasks are created with it, those of gathers among them counted.</summary>
    public int Count
    {
        get
        {
            var count = Tasks.Count;
            foreach (var task in Tasks) count += task.Work?.Gather?.Count ?? 0;
            return count;
        }
    }

    /// <summary>How it goes, and whose its members are.</summary>
    public GatherRules AllRules => Tasks.Count > 0 ? Rules | GatherRules.OwnsMembers : Rules;

    /// <summary>What follows when it is done.</summary>
    public FollowUps Follows => Tasks.Count > 0 ? FollowUps.Gathers | FollowUps.OwnsMembers : FollowUps.Gathers;
}
