using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Says whether what is there may be changed: null stands for nothing being there.</summary>
internal delegate bool ScheduleCondition(ScheduleState? schedule);

/// <summary>
/// The schedules, kept where the tasks are. Every method is thread-safe. An owner sees only its own. A storage that may fail throws
/// <see cref="StorageUnavailableException"/>.
/// </summary>
internal interface ISchedules
{
    /// <summary>Creates a schedule, or asks for something else with one that there is.</summary>
    /// <param name="owner">The caller; empty where there are no keys.</param>
    /// <param name="name">Its name.</param>
    /// <param name="change">What it becomes of what is there; null: nothing (<see cref="AnswerStatus.NotFound"/>). Called once or more, the last time counts.</param>
    /// <param name="condition">What has to be there; null: anything.</param>
    /// <param name="cancellationToken">Given up before the change, nothing is changed.</param>
    ValueTask<ScheduleAnswer> ChangeAsync(string owner, string name, Func<ScheduleState?, ScheduleState?> change, ScheduleCondition? condition, CancellationToken cancellationToken);

    /// <summary>The schedule of that name, or null.</summary>
    ValueTask<ScheduleState?> FindAsync(string owner, string name, CancellationToken cancellationToken);

    /// <summary>Schedules in the order of their names (by ordinal comparison).</summary>
    /// <param name="owner">The caller.</param>
    /// <param name="after">Only those after this name; empty for all.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<ScheduleState>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken);

    /// <summary>Deletes a schedule; its tasks go on.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    ValueTask<AnswerStatus> DeleteAsync(string owner, string name, ScheduleCondition? condition, CancellationToken cancellationToken);

    /// <summary>Schedules of all owners whose next occurrence is at or before an instant, the earliest first.</summary>
    ValueTask<IReadOnlyList<ScheduleState>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Schedules of all owners that wait for the task of their last occurrence.</summary>
    ValueTask<IReadOnlyList<ScheduleState>> FindWaitingAsync(CancellationToken cancellationToken);

    /// <summary>When the next occurrence of all is; null if there is none.</summary>
    ValueTask<DateTimeOffset?> FirstDueAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Moves schedules on, each in one step with the creation of its tasks, and only if nobody else has changed it since. What is answered is done.
    /// </summary>
    /// <returns>For each, how it went: <see cref="AnswerStatus.ConditionFailed"/> if somebody else was first.</returns>
    ValueTask<ScheduleStepAnswer[]> StepAsync(IReadOnlyList<ScheduleStep> steps, CancellationToken cancellationToken);

    /// <summary>Called, from any thread, when a schedule may have become due sooner than was known. Must be quick. Set once, by whoever has the occurrences made.</summary>
    Action? Changed { get; set; }
}

/// <summary>The answer to a change of a schedule.</summary>
/// <param name="Status"><see cref="AnswerStatus.Ok"/>, <see cref="AnswerStatus.NotFound"/>, <see cref="AnswerStatus.ConditionFailed"/>, <see cref="AnswerStatus.CapacityReached"/>, why its task can't be created at all, or why the storage can't be written.</param>
/// <param name="Schedule">As it is now; null unless it is changed.</param>
/// <param name="IsNew">True if it was created.</param>
internal readonly record struct ScheduleAnswer(AnswerStatus Status, ScheduleState? Schedule = null, bool IsNew = false);

/// <summary>A schedule to move on.</summary>
/// <param name="From">As it was read: if it isn't so any more, nothing is done.</param>
/// <param name="Cursor">Up to when its occurrences have been dealt with.</param>
/// <param name="Waiting">The occurrence that waits; null: none.</param>
/// <param name="Occurrences">Those whose tasks are created, in order.</param>
internal sealed record ScheduleStep(ScheduleState From, DateTimeOffset Cursor, DateTimeOffset? Waiting, IReadOnlyList<ScheduledTask> Occurrences)
{
    /// <summary>The schedule after it, but for the last run.</summary>
    public ScheduleState Moved => From with { Cursor = Cursor, Waiting = Waiting, Revision = From.Revision + 1 };
}

/// <summary>A task that an occurrence makes.</summary>
/// <param name="At">The occurrence.</param>
/// <param name="Task">The task.</param>
internal readonly record struct ScheduledTask(DateTimeOffset At, TaskSpec Task);

/// <summary>How a step went.</summary>
/// <param name="Status">How.</param>
/// <param name="Schedule">The schedule as it is now; null unless it is moved on.</param>
internal readonly record struct ScheduleStepAnswer(AnswerStatus Status, ScheduleState? Schedule = null);
