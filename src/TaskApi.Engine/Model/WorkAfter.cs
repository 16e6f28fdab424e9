namespace TaskApi.Engine.Model;

/// <summary>The tasks that a task has been told to wait for.</summary>
/// <param name="Ids">Which: 1 to <see cref="MostTasks"/>, each once, created before it.</param>
/// <param name="On">What they have to come to.</param>
internal sealed record WorkAfter(IReadOnlyList<Guid> Ids, AfterRule On)
{
    /// <summary>How many tasks one may wait for.</summary>
    public const int MostTasks = 1000;

    /// <summary>How many those of one call may name together: all are created in one step.</summary>
    public const int MostOfACall = 100_000;

    /// <summary>How many tasks may wait one for the other in a row.</summary>
    public const int MostDepth = 100_000;

    /// <summary>When a task is due that still waits for others, in Unix milliseconds: at the end of time.</summary>
    public const long Never = 253_402_300_799_999;

    /// <summary>The same instant.</summary>
    public static readonly DateTimeOffset NotDue = DateTimeOffset.FromUnixTimeMilliseconds(Never);
}

/// <summary>What a task that is to be created is to wait for.</summary>
/// <param name="Tasks">Which tasks; at least one.</param>
/// <param name="On">What they have to come to.</param>
internal sealed record AfterSpec(IReadOnlyList<AfterTask> Tasks, AfterRule On);

/// <summary>A task to wait for.</summary>
/// <param name="Id">Its id; means nothing if there is a <paramref name="Place"/>.</param>
/// <param name="Place">Its place among those that are created together, of which it is an earlier one; negative for one that is there already.</param>
internal readonly record struct AfterTask(Guid Id, int Place = -1)
{
    /// <summary>What was given where an id was to be; null for an id.</summary>
    public string? Malformed { get; init; }
}
