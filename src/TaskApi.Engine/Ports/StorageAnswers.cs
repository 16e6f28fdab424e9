using TaskApi.Engine.Completions;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>How a storage answers a call. Everything but <see cref="Ok"/>, and perhaps <see cref="OutcomeUnknown"/>, left the storage as it was.</summary>
internal enum AnswerStatus
{
    /// <summary>Done as asked.</summary>
    Ok,

    /// <summary>Unknown, forgotten, or another owner's.</summary>
    NotFound,

    /// <summary>The task had already reached a final state that the call can't change.</summary>
    AlreadyFinished,

    /// <summary>The call is about a task that is done, and this one isn't.</summary>
    NotFinished,

    /// <summary>The call is about a pending task, and this one is running.</summary>
    IsRunning,

    /// <summary>The call changes a message, and the task has work; or the other way round.</summary>
    WrongKind,

    /// <summary>There is a task with the key that the one to create was to be the only one with.</summary>
    TaskExists,

    /// <summary>The task can't be run again: there is no coroutine.</summary>
    RunsOnce,

    /// <summary>A task that another was to wait for is unknown, forgotten, or another owner's.</summary>
    DependencyNotFound,

    /// <summary>Too many tasks would wait one for the other.</summary>
    TooDeep,

    /// <summary>Tasks that gathers were to wait for are done, and have longer results than one call may gather.</summary>
    TooLong,

    /// <summary>The call was to change the task on a condition, which the task doesn't meet.</summary>
    ConditionFailed,

    /// <summary>As many tasks are pending as the storage holds.</summary>
    CapacityReached,

    /// <summary>As many keys of calls are kept as there may be.</summary>
    KeysFull,

    /// <summary>The key is kept with another body.</summary>
    KeyReused,

    /// <summary>The storage takes nothing new.</summary>
    ShuttingDown,

    /// <summary>The storage can't be written now: the disk is full, say. Nothing was changed.</summary>
    StorageUnavailable,

    /// <summary>The storage broke off while the change was being written: it may have been made, or not.</summary>
    OutcomeUnknown,
}

/// <summary>The answer to a call about one task.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Task">The task after the call; null unless there is one to show (<see cref="AnswerStatus.Ok"/>, <see cref="AnswerStatus.TaskExists"/>, <see cref="AnswerStatus.AlreadyFinished"/>, <see cref="AnswerStatus.ConditionFailed"/>).</param>
/// <param name="Completion">What to await, if that was asked for and the task is pending; else null.</param>
internal readonly record struct TaskAnswer(AnswerStatus Status, TaskSnapshot? Task = null, TaskCompletion? Completion = null)
{
    /// <summary>True if the task was there already, and is the answer to its creation.</summary>
    public bool IsExisting { get; init; }

    /// <summary>With <see cref="AnswerStatus.TaskExists"/>.</summary>
    public TaskConflict? Conflict { get; init; }

    /// <summary>With <see cref="AnswerStatus.DependencyNotFound"/>, <see cref="AnswerStatus.TooDeep"/> and <see cref="AnswerStatus.TooLong"/>.</summary>
    public AfterRefusal? After { get; init; }

    /// <summary>The answer to the creation of a task that can't be created.</summary>
    public static TaskAnswer Refused(AnswerStatus status, TaskConflict? conflict, AfterRefusal? after) => new(status, conflict?.Task) { Conflict = conflict, After = after };
}

/// <summary>Why tasks can't be created that are to wait for others.</summary>
/// <param name="Status"><see cref="AnswerStatus.DependencyNotFound"/>, <see cref="AnswerStatus.TooDeep"/> or <see cref="AnswerStatus.TooLong"/>.</param>
/// <param name="Index">The place of the first such task among those to create.</param>
/// <param name="Ids">The ids that nobody knows, each once.</param>
internal sealed record AfterRefusal(AnswerStatus Status, int Index, IReadOnlyList<string> Ids)
{
    /// <summary>Where it is in the gather at that place (<see cref="CreationPlan.PathTo"/>); empty if it is the one at that place itself.</summary>
    public IReadOnlyList<int> Path { get; init; } = [];

    /// <summary>The same of one of the tasks that a call is about, which brings along this one.</summary>
    public AfterRefusal In(CreationPlan plan) => this with { Index = plan.Top(Index), Path = plan.PathTo(Index) };
}

/// <summary>The answer to the creation of many tasks: all of them or none.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Tasks">In the order asked for; empty unless <see cref="AnswerStatus.Ok"/>.</param>
internal readonly record struct TasksAnswer(AnswerStatus Status, WatchedTask[] Tasks)
{
    /// <summary>With <see cref="AnswerStatus.TaskExists"/>.</summary>
    public TaskConflict? Conflict { get; init; }

    /// <summary>With <see cref="AnswerStatus.DependencyNotFound"/>, <see cref="AnswerStatus.TooDeep"/> and <see cref="AnswerStatus.TooLong"/>.</summary>
    public AfterRefusal? After { get; init; }
}

/// <summary>A task that can't be created because there is one.</summary>
/// <param name="Index">Its place among those that were to be created.</param>
/// <param name="Path">Where it is in the gather at that place (<see cref="CreationPlan.PathTo"/>); empty if it is the one at that place itself.</param>
/// <param name="Task">The one that there is; null if it would be another of those to be created.</param>
internal sealed record TaskConflict(int Index, IReadOnlyList<int> Path, TaskSnapshot? Task);

/// <summary>What a page of tasks should hold; null takes everything.</summary>
/// <param name="State">Only tasks in this state.</param>
/// <param name="Group">Only tasks of this group.</param>
/// <param name="Name">Only tasks of exactly this name.</param>
/// <param name="After">Only tasks that follow, in the order asked for, the one that has, or had, this id.</param>
/// <param name="Limit">1 to 1,000 tasks.</param>
/// <param name="NewestFirst">The order: that of creation, or the reverse.</param>
internal readonly record struct TaskQuery(TaskState? State, string? Group, string? Name, Guid? After, int Limit, bool NewestFirst = false)
{
    /// <summary>Only tasks of this type.</summary>
    public string? Type { get; init; }

    /// <summary>Only tasks of this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Only tasks with this key.</summary>
    public string? Key { get; init; }

    /// <summary>Only tasks with this parent.</summary>
    public Guid? Parent { get; init; }

    /// <summary>Only tasks that this schedule made.</summary>
    public string? Schedule { get; init; }

    /// <summary>Only tasks whose name, message or type has this in it, in capital or small letters.</summary>
    public string? Text { get; init; }

    /// <summary>Only tasks created at this instant or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init => field = ToWholeMilliseconds(value); }

    /// <summary>Only tasks created before this instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init => field = ToWholeMilliseconds(value); }

    /// <summary>Pending tasks alone, those that come due soonest first; <see cref="After"/> is then what <see cref="SoonestTasks"/> made.</summary>
    public bool ByDue { get; init; }

    /// <summary>How many tasks a page looks through, at the most, that is sorted by due time.</summary>
    public int MostByDue { get; init; } = 2_000_000;

    /// <summary>How many tasks one page looks at, at the most, in search of those that match: fewer where a text is looked for, in all that tasks have.</summary>
    public int Window => Text is null ? 65_536 : 10_000;

    /// <summary>True if only tasks with work can match.</summary>
    public bool IsOfWork => Type is not null || Queue is not null || Key is not null || Parent is not null || Schedule is not null;

    /// <summary>True if a task of this instant is wanted.</summary>
    public bool IsOfTime(DateTimeOffset createdAt) => !(createdAt < CreatedAfter) && !(createdAt >= CreatedBefore);

    /// <summary>True if the task has the text that is looked for.</summary>
    public bool IsMentionedIn(TaskSnapshot task) => Text is null || Has(task.Name) || Has(task.Work is { } work ? work.Type : task.Message);

    // Tasks are created at whole milliseconds: rounded up, both ends say the same, and databases compare them as they are.
    private static DateTimeOffset? ToWholeMilliseconds(DateTimeOffset? instant) =>
        instant is { } given && given.UtcTicks % TimeSpan.TicksPerMillisecond is > 0 and var over && given.UtcTicks < DateTimeOffset.MaxValue.UtcTicks - TimeSpan.TicksPerMillisecond
            ? new DateTimeOffset(given.UtcTicks - over + TimeSpan.TicksPerMillisecond, TimeSpan.Zero)
            : instant;

    private bool Has(string? text) => text is not null && text.Contains(Text!, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A page of tasks in the order asked for.</summary>
/// <param name="Tasks">At most as many as asked for; fewer, even none, when a rare match would cost too long a search.</param>
/// <param name="Next">Where the next page goes on (<see cref="TaskQuery.After"/>); null at the end.</param>
internal readonly record struct TaskPage(IReadOnlyList<TaskSnapshot> Tasks, Guid? Next)
{
    /// <summary>True if there are too many tasks to be sorted: more than <see cref="TaskQuery.MostByDue"/>.</summary>
    public bool IsTooMany { get; init; }
}

/// <summary>A caller's counts, and the storage's figures.</summary>
/// <param name="Pending">Tasks of the caller that are pending now.</param>
/// <param name="Created">Tasks of the caller created since the start.</param>
/// <param name="Completed">Tasks of the caller completed since the start.</param>
/// <param name="Cancelled">Tasks of the caller cancelled since the start.</param>
/// <param name="Failed">Tasks of the caller failed since the start.</param>
/// <param name="Capacity">The most tasks that may be pending, all callers together.</param>
/// <param name="Lateness">How long after their due time tasks completed, since the start, all callers together.</param>
/// <param name="Uptime">Since the storage started.</param>
internal readonly record struct StorageStats(
    long Pending, long Created, long Completed, long Cancelled, long Failed, long Capacity, LatenessSummary Lateness, TimeSpan Uptime)
{
    /// <summary>Tasks of the caller that are running now.</summary>
    public long Running { get; init; }

    /// <summary>Tasks of the caller that are due and wait for somebody to run them; they are among <see cref="Pending"/>.</summary>
    public long Ready { get; init; }

    /// <summary>How often a task of the caller was to be begun again after an error, since the start.</summary>
    public long Retried { get; init; }

    /// <summary>How many attempts of the caller's tasks were lost, since the start.</summary>
    public long Lost { get; init; }
}

/// <summary>The counts of all owners together; what they count since is as in <see cref="StorageStats"/>.</summary>
internal readonly record struct StorageTotals(long Pending, long Created, long Completed, long Cancelled, long Failed, long Capacity)
{
    /// <inheritdoc cref="StorageStats.Running"/>
    public long Running { get; init; }

    /// <inheritdoc cref="StorageStats.Ready"/>
    public long Ready { get; init; }

    /// <inheritdoc cref="StorageStats.Retried"/>
    public long Retried { get; init; }

    /// <inheritdoc cref="StorageStats.Lost"/>
    public long Lost { get; init; }
}

/// <summary>What became of the pending tasks at shutdown.</summary>
/// <param name="CameDue">Finished during the grace.</param>
/// <param name="Cancelled">Cancelled with reason <see cref="TaskError.Shutdown"/>.</param>
/// <param name="Kept">Pending still: on disk, to go on with the next start.</param>
internal readonly record struct DrainSummary(long CameDue, long Cancelled, long Kept = 0);
