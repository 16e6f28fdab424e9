namespace TaskApi;

/// <summary>
/// Schedules: each creates a task at each of its occurrences. The same calls wherever the tasks are; <see cref="ITasks.Schedules"/> has them. Thread-safe.
/// </summary>
/// <remarks>
/// A name has 1 to 128 of the characters <c>A-Z a-z 0-9 . _ : -</c>. Where a call takes <c>ifUnchanged</c>, it has no effect unless the definition is still
/// that of this schedule as it was read: <see cref="PreconditionFailedException"/>. What is refused otherwise is what <see cref="TaskApiException"/> describes.
/// </remarks>
public interface ITaskSchedules
{
    /// <summary>
    /// Creates a schedule, or asks for something else with the one that there is. A program may put what it wants at each of its starts: where the timing
    /// is the same as before, the plan goes on, and nothing is skipped or run twice.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="schedule">When, and which task.</param>
    /// <param name="ifUnchanged">What it is based on; null: whatever there is.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="InvalidRequestException">The name or the schedule is not as it has to be; <see cref="Problem.Errors"/> names the fields.</exception>
    Task<ScheduleInfo> PutAsync(string name, NewSchedule schedule, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default);

    /// <summary>Creates a schedule, unless there is one of this name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="schedule">When, and which task.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="PreconditionFailedException">There is one.</exception>
    /// <exception cref="InvalidRequestException">The name or the schedule is not as it has to be; <see cref="Problem.Errors"/> names the fields.</exception>
    Task<ScheduleInfo> CreateAsync(string name, NewSchedule schedule, CancellationToken cancellationToken = default);

    /// <summary>The schedule of this name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="ScheduleNotFoundException">There is none.</exception>
    Task<ScheduleInfo> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The schedules that there are, in the order of their names, read page by page.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<ScheduleInfo> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Deletes a schedule. Its tasks go on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ifUnchanged">Only if it is still as it was read; null: in any case.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="ScheduleNotFoundException">There is none.</exception>
    Task DeleteAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default);

    /// <summary>Has a schedule skip what comes due until it is resumed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ifUnchanged">Only if it is still as it was read; null: in any case.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="ScheduleNotFoundException">There is none.</exception>
    Task<ScheduleInfo> PauseAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default);

    /// <summary>Has a paused schedule go on with its next occurrence.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="ifUnchanged">Only if it is still as it was read; null: in any case.</param>
    /// <param name="cancellationToken">Gives up the call; whether it has had an effect is not known then.</param>
    /// <exception cref="ScheduleNotFoundException">There is none.</exception>
    Task<ScheduleInfo> ResumeAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default);

    /// <summary>Creates the schedule's task now, beside the plan, whether it is paused or not.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up the call; whether the task was created is not known then.</param>
    /// <exception cref="ScheduleNotFoundException">There is none.</exception>
    Task<TaskHandle> TriggerAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>When the next occurrences of an expression would be.</summary>
    /// <param name="cron">The expression.</param>
    /// <param name="timeZone">The IANA's name of the time zone in which it is read.</param>
    /// <param name="count">How many: 1 to 100.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="InvalidRequestException">One of these is not as it has to be; <see cref="Problem.Errors"/> says where.</exception>
    Task<IReadOnlyList<DateTimeOffset>> PreviewAsync(string cron, string timeZone = "UTC", int count = 5, CancellationToken cancellationToken = default);
}
