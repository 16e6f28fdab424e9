using System.Globalization;
using System.Text.Json;
using TaskApi.Client.Http;

namespace TaskApi.Client;

/// <summary>A client of one TaskApi service. Thread-safe; its lifetime is that of its <see cref="HttpClient"/>.</summary>
public sealed partial class TaskApiClient : ITasks
{
    private readonly TaskApiClientOptions _options;
    private readonly Transport _transport;

    /// <summary>A client that calls through <paramref name="http"/>.</summary>
    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the service's, with the path under which a proxy has it, if there is one; its own timeout must be longer than <see cref="TaskApiClientOptions.LongPoll"/>. Not disposed here.</param>
    /// <param name="options">How to call; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no base address.</exception>
    public TaskApiClient(HttpClient http, TaskApiClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null)
            throw new ArgumentException("The HttpClient needs the service's address as its BaseAddress.", nameof(http));
        _options = options ?? new TaskApiClientOptions();
        _transport = new Transport(http, _options);
        Schedules = new RemoteSchedules(this, _transport);
    }

    /// <inheritdoc/>
    public ITaskSchedules Schedules { get; }

    /// <summary>Creates a task: <c>asyncio.create_task</c>. It runs when this returns.</summary>
    /// <param name="task">What to create.</param>
    /// <param name="idempotencyKey">1 to 255 visible ASCII characters: two creations with the same key create one task. Null for one of its own, which makes it safe to repeat a call whose answer was lost.</param>
    /// <param name="cancellationToken">Gives up the call; whether the task was created is not known then.</param>
    public async Task<TaskHandle> CreateAsync(NewTask task, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        var call = Call.Post("tasks", NewTaskBody.Of(task), ClientJson.Default.NewTaskBody) with { IsRepeatable = true, IdempotencyKey = idempotencyKey ?? NewKey() };
        return new RemoteTask(this, (await _transport.SendAsync(call, ClientJson.Default.TaskInfo, cancellationToken).ConfigureAwait(false)).Id);
    }

    /// <summary>Creates a task that is due after a delay.</summary>
    /// <param name="message">The message to deliver: 1 to 4,096 UTF-16 units.</param>
    /// <param name="delay">From 0 to 365 days.</param>
    /// <param name="cancellationToken">Gives up the call; whether the task was created is not known then.</param>
    public Task<TaskHandle> CreateAsync(string message, TimeSpan delay, CancellationToken cancellationToken = default) =>
        CreateAsync(new NewTask(message, delay), idempotencyKey: null, cancellationToken);

    /// <summary>Creates many tasks in one call: all of them, or none.</summary>
    /// <param name="tasks">1 to 10,000.</param>
    /// <param name="idempotencyKey">As for one task.</param>
    /// <param name="cancellationToken">Gives up the call; whether the tasks were created is not known then.</param>
    /// <returns>The tasks, in the order given.</returns>
    /// <exception cref="InvalidRequestException">One of them is not as it has to be; nothing was created.</exception>
    public async Task<IReadOnlyList<TaskHandle>> CreateManyAsync(IEnumerable<NewTask> tasks, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        NewTaskBody[] bodies = [.. tasks.Select(NewTaskBody.Of)];
        var call = Call.Post("tasks/batch", bodies, ClientJson.Default.NewTaskBodyArray) with { IsRepeatable = true, IdempotencyKey = idempotencyKey ?? NewKey() };
        var answer = await _transport.SendAsync(call, ClientJson.Default.BatchAnswer, cancellationToken).ConfigureAwait(false);
        return [.. answer.Tasks.Select(task => new RemoteTask(this, task.Id))];
    }

    /// <summary>A handle of a task whose id is known. Nothing is asked of the service.</summary>
    /// <param name="id">The id.</param>
    public TaskHandle Attach(Guid id) => new RemoteTask(this, id);

    /// <summary>The caller's counts, and the service's figures.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    public Task<TaskStats> GetStatsAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(new Call(HttpMethod.Get, "tasks/stats"), ClientJson.Default.TaskStats, cancellationToken);

    internal Task<TaskInfo> GetAsync(Guid id, CancellationToken cancellationToken) =>
        _transport.SendAsync(new Call(HttpMethod.Get, $"tasks/{id}"), ClientJson.Default.TaskInfo, cancellationToken);

    internal async Task<bool> IsDoneAsync(Guid id, CancellationToken cancellationToken) =>
        (await _transport.SendAsync(new Call(HttpMethod.Get, $"tasks/{id}/done"), ClientJson.Default.DoneAnswer, cancellationToken).ConfigureAwait(false)).Done;

    internal async Task<TaskInfo> WaitAsync(Guid id, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var clock = new WaitClock(timeout, _options);
        while (true)
        {
            var wait = clock.NextWait();
            var call = new Call(HttpMethod.Get, $"tasks/{id}?waitSeconds={Seconds(wait)}") { Wait = wait };
            var task = await _transport.SendAsync(call, ClientJson.Default.TaskInfo, cancellationToken).ConfigureAwait(false);
            if (task.Done || clock.IsOver)
                return task;
        }
    }

    internal async Task<JsonElement?> ReadResultAsync(Guid id, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Get, $"tasks/{id}/result?waitSeconds={Seconds(_options.LongPoll)}") { Wait = _options.LongPoll };
        while (true)
        {
            try
            {
                return (await _transport.SendAsync(call, ClientJson.Default.ResultAnswer, cancellationToken).ConfigureAwait(false)).Result;
            }
            catch (TaskApiException exception) when (exception.Problem.Type == "urn:taskapi:problem:task-not-finished")
            {
                // The call's time is over, and the task's is not: on to the next.
            }
        }
    }

    internal async Task<TaskHandle> RerunAsync(Guid id, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Post, $"tasks/{id}/rerun") { IsRepeatable = true, IdempotencyKey = NewKey() };
        return new RemoteTask(this, (await _transport.SendAsync(call, ClientJson.Default.TaskInfo, cancellationToken).ConfigureAwait(false)).Id);
    }

    internal Task<TaskInfo> CancelAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        CheckReason(reason);
        var query = reason is null ? "" : $"?reason={Uri.EscapeDataString(reason)}";
        return _transport.SendAsync(new Call(HttpMethod.Delete, $"tasks/{id}{query}"), ClientJson.Default.TaskInfo, cancellationToken);
    }

    internal Task<TaskInfo> RescheduleAsync(Guid id, TaskChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var body = new TaskChangeBody(change.Delay?.TotalSeconds, change.DueAt, change.Message, change.Input, change.Priority);
        return _transport.SendAsync(Call.Patch($"tasks/{id}", body, ClientJson.Default.TaskChangeBody), ClientJson.Default.TaskInfo, cancellationToken);
    }

    /// <inheritdoc/>
    Task<TaskHandle> ITasks.CreateAsync(NewTask task, CancellationToken cancellationToken) => CreateAsync(task, idempotencyKey: null, cancellationToken);

    /// <inheritdoc/>
    Task<IReadOnlyList<TaskHandle>> ITasks.CreateManyAsync(IEnumerable<NewTask> tasks, CancellationToken cancellationToken) => CreateManyAsync(tasks, idempotencyKey: null, cancellationToken);

    private static void CheckReason(string? reason)
    {
        if (reason is not null && FieldRules.Reason.FaultIn(reason) is { } fault)
            throw new ArgumentOutOfRangeException(nameof(reason), $"The reason {fault}");
    }

    internal static string NewKey() => Guid.NewGuid().ToString();

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
