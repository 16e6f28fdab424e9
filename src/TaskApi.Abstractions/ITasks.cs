using TaskApi.Reading;

namespace TaskApi;

/// <summary>
/// Tasks, in this process (<c>AddTaskApi</c>) or at a service elsewhere (<c>AddTaskApiClient</c>): the same calls, the same answers, the same exceptions.
/// To be injected. Thread-safe.
/// </summary>
/// <remarks>
/// What is refused is a <see cref="TaskApiException"/>: <see cref="InvalidRequestException"/> names the fields, and <see cref="ServiceBusyException"/> says that
/// it may go well later. A service elsewhere that can't be reached, though it was asked again, is an <see cref="HttpRequestException"/>, and one that doesn't
/// answer a <see cref="TimeoutException"/>, in the midst of waits and streams, too. How to create tasks for coroutines, and gather what they return:
/// <see cref="TasksExtensions"/>.
/// </remarks>
public interface ITasks
{
    /// <summary>What creates tasks again and again: every Monday at eight, every ten minutes.</summary>
    ITaskSchedules Schedules { get; }

    /// <summary>Creates a task: <c>asyncio.create_task</c>. It runs when this returns.</summary>
    /// <param name="task">What to create.</param>
    /// <param name="cancellationToken">Gives up the call; whether the task was created is not known then.</param>
    Task<TaskHandle> CreateAsync(NewTask task, CancellationToken cancellationToken = default);

    /// <summary>Creates many tasks in one step: all of them, or none.</summary>
    /// <param name="tasks">1 to 10,000.</param>
    /// <param name="cancellationToken">Gives up the call; whether the tasks were created is not known then.</param>
    /// <returns>The tasks, in the order given.</returns>
    /// <exception cref="InvalidRequestException">One of them is not as it has to be; nothing was created.</exception>
    Task<IReadOnlyList<TaskHandle>> CreateManyAsync(IEnumerable<NewTask> tasks, CancellationToken cancellationToken = default);

    /// <summary>A handle of a task whose id is known. Nothing is looked up.</summary>
    /// <param name="id">The id.</param>
    TaskHandle Attach(Guid id);

    /// <summary>Waits for all of the tasks: <c>asyncio.gather</c>.</summary>
    /// <param name="tasks">Up to 10,000; one given twice appears twice.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>The completed tasks, in the order given, in whichever order they finish.</returns>
    /// <exception cref="GatherFailedException">A task was cancelled or failed. It is thrown as soon as that is known; the others go on.</exception>
    Task<IReadOnlyList<TaskInfo>> GatherTasksAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default);

    /// <summary>Waits for all of the tasks however they end: <c>asyncio.gather</c> with <c>return_exceptions</c>.</summary>
    /// <param name="tasks">Up to 10,000; one given twice appears twice.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>The finished tasks, in the order given: each with a result or an error.</returns>
    Task<IReadOnlyList<TaskInfo>> GatherAllAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default);

    /// <summary>Waits for the first of the tasks, for the first failure, or for all of them: <c>asyncio.wait</c>.</summary>
    /// <param name="tasks">1 to 10,000.</param>
    /// <param name="returnWhen">When the wait is over.</param>
    /// <param name="timeout">How long at the most, from 0; null or <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes. Running out of time cancels nothing, and is no error.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    Task<WaitResult> WaitAsync(IEnumerable<TaskHandle> tasks, ReturnWhen returnWhen = ReturnWhen.AllCompleted, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>The tasks in the order in which they finish, each at the moment it does: <c>asyncio.as_completed</c>.</summary>
    /// <param name="tasks">Up to 10,000; one given twice comes once.</param>
    /// <param name="cancellationToken">Gives up. It cancels nothing else.</param>
    /// <returns>The finished tasks, however they ended.</returns>
    IAsyncEnumerable<TaskInfo> AsCompletedAsync(IEnumerable<TaskHandle> tasks, CancellationToken cancellationToken = default);

    /// <summary>The tasks that there are, in the order of their creation, finished ones too as long as they are kept: <c>asyncio.all_tasks</c>.</summary>
    /// <param name="filter">Which of them; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The tasks, read page by page.</returns>
    IAsyncEnumerable<TaskInfo> ListAsync(TaskFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// What happens to tasks, as it happens: <c>add_done_callback</c>, and more. It has no end: once it has begun, the connection to a service elsewhere is made
    /// again however long that is away.
    /// </summary>
    /// <param name="filter">Of which tasks; null for all.</param>
    /// <param name="after">The <see cref="TaskEvent.Id"/> of the event after which to go on; null to begin with what happens next.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<TaskEvent> EventsAsync(EventFilter? filter = null, long? after = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels everything that is pending, or what is of a group, and asks what runs to end.</summary>
    /// <param name="group">The group; null for everything.</param>
    /// <param name="reason">Kept with the tasks: up to 256 characters, or null.</param>
    /// <param name="cancellationToken">Gives up the call; what has been cancelled is not known then.</param>
    /// <returns>How many tasks it cancelled; those that were asked to end are not among them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The reason is longer, or has half of a surrogate pair.</exception>
    Task<long> CancelAllAsync(string? group = null, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels everything that is pending and was created in a time, or what of it is of a group, and asks what runs to end.</summary>
    /// <param name="group">The group; null for everything.</param>
    /// <param name="createdAfter">Only tasks created at this instant or later; null for any.</param>
    /// <param name="createdBefore">Only tasks created before this instant; null for any.</param>
    /// <param name="reason">Kept with the tasks: up to 256 characters, or null.</param>
    /// <param name="cancellationToken">Gives up the call; what has been cancelled is not known then.</param>
    /// <returns>How many tasks it cancelled; those that were asked to end are not among them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The reason is longer, or has half of a surrogate pair.</exception>
    Task<long> CancelAllAsync(string? group, DateTimeOffset? createdAfter, DateTimeOffset? createdBefore, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>The counts, and the service's figures.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    Task<TaskStats> GetStatsAsync(CancellationToken cancellationToken = default);
}
