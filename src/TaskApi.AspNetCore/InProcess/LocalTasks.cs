using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Work;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>Tasks for the program that they are part of: the rules and the exceptions are those of HTTP, and nothing is sent anywhere. Thread-safe.</summary>
/// <param name="owner">Whose they are; empty for nobody.</param>
/// <param name="ports">The storage.</param>
/// <param name="contexts">What creations go by.</param>
/// <param name="settings">How many at once.</param>
/// <param name="schedules">The storage's part for schedules.</param>
internal sealed partial class LocalTasks(string owner, LocalPorts ports, CreationContextFactory contexts, IOptions<TaskOptions> settings, LocalSchedulePorts schedules) : ITasks, ILocalTasks
{
    /// <inheritdoc/>
    public ITaskSchedules Schedules => field ??= new LocalSchedules(owner, this, schedules, contexts);

    /// <inheritdoc/>
    public string Owner => owner;

    /// <inheritdoc/>
    public async Task<TaskHandle> CreateAsync(NewTask task, CancellationToken cancellationToken = default) =>
        new LocalTask(this, (await AskAsync(ports.Commands.CreateAsync(owner, SpecOf(task), watch: false, cancellationToken))).TaskOrThrow().Id);

    /// <inheritdoc/>
    public void Validate(NewTask task) => SpecOf(task);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskHandle>> CreateManyAsync(IEnumerable<NewTask> tasks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var (errors, most) = (new FieldErrors(), settings.Value.MaxBatch);
        // One more is enough to see that there are too many.
        CreateTaskRequest?[] requests = [.. tasks.Take(most + 1).Select(static task => task?.ToRequest())];
        if (requests.Length == 0)
            errors.Add(FieldErrors.Body, "must have at least one element.");
        var specs = TaskChoice.Validate(requests, "", most, Context(), errors);
        if (!errors.IsEmpty)
            throw errors.ToProblem().ToException();
        var answer = await AskAsync(ports.Commands.CreateManyAsync(owner, specs, watch: false, cancellationToken));
        return [.. answer.TasksOrThrow().Select(task => new LocalTask(this, task.Task.Id))];
    }

    /// <inheritdoc/>
    public TaskHandle Attach(Guid id) => new LocalTask(this, id);

    /// <inheritdoc/>
    public Task<long> CancelAllAsync(string? group = null, string? reason = null, CancellationToken cancellationToken = default) =>
        CancelAllAsync(group, createdAfter: null, createdBefore: null, reason, cancellationToken);

    /// <inheritdoc/>
    public async Task<long> CancelAllAsync(string? group, DateTimeOffset? createdAfter, DateTimeOffset? createdBefore, string? reason = null, CancellationToken cancellationToken = default)
    {
        CheckGroup(group);
        var query = new CancelQuery(group) { CreatedAfter = createdAfter, CreatedBefore = createdBefore };
        return (await AskAsync(ports.Commands.CancelAllAsync(owner, query, ErrorOf(reason), cancellationToken))).Cancelled;
    }

    /// <inheritdoc/>
    public async Task<TaskStats> GetStatsAsync(CancellationToken cancellationToken = default)
    {
        var stats = await AskAsync(ports.Queries.GetStatsAsync(owner, cancellationToken));
        return new TaskStats
        {
            Pending = stats.Pending,
            Created = stats.Created,
            Completed = stats.Completed,
            Cancelled = stats.Cancelled,
            Failed = stats.Failed,
            Running = stats.Running,
            Ready = stats.Ready,
            Retried = stats.Retried,
            Lost = stats.Lost,
            Capacity = stats.Capacity,
            LatenessMs = new LatenessStats(stats.Lateness.P50Ms, stats.Lateness.P99Ms, stats.Lateness.MaxMs),
            UptimeSeconds = stats.Uptime.TotalSeconds,
        };
    }

    /// <summary>A task as it stands.</summary>
    public async Task<TaskInfo> GetAsync(Guid id, CancellationToken cancellationToken) => (await AskAsync(ports.Queries.FindAsync(owner, id, cancellationToken))).TaskOrThrow().ToInfo();

    /// <summary>Cancels a task, or asks it to end.</summary>
    public async Task<TaskInfo> CancelAsync(Guid id, string? reason, CancellationToken cancellationToken) =>
        Changed(await AskAsync(ports.Commands.CancelAsync(owner, id, ErrorOf(reason), condition: null, force: false, cancellationToken)));

    /// <summary>Changes a pending task.</summary>
    public async Task<TaskInfo> RescheduleAsync(Guid id, TaskChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var errors = new FieldErrors();
        var request = new RescheduleTaskRequest
        {
            DelaySeconds = change.Delay?.TotalSeconds,
            DueAt = change.DueAt?.ToString("O"),
            Message = change.Message,
            Input = change.Input is { } input ? Refusals.ToJson(input) : null,
            Priority = change.Priority,
        };
        var revision = RescheduleValidation.Validate(request, Context(), errors) ?? throw errors.ToProblem().ToException();
        if (revision.Input is not null)
        {
            var task = (await AskAsync(ports.Queries.FindAsync(owner, id, cancellationToken))).Task;
            if (RescheduleValidation.Fit(ref revision, task) is { } wrong)
                throw wrong.ToException();
        }

        var answer = await AskAsync(ports.Commands.RescheduleAsync(owner, id, revision, condition: null, cancellationToken));
        return answer.Status == AnswerStatus.WrongKind ? throw RescheduleValidation.WrongKind(revision).ToException() : Changed(answer);
    }

    /// <summary>Creates a task with the work of one that is done.</summary>
    public async Task<TaskHandle> RerunAsync(Guid id, CancellationToken cancellationToken) =>
        new LocalTask(this, (await AskAsync(ports.History.RerunAsync(owner, id, cancellationToken))).TaskOrThrow().Id);

    /// <summary>The result of a task, when there is one.</summary>
    public async Task<JsonElement?> ReadResultAsync(Guid id, CancellationToken cancellationToken)
    {
        var task = await AwaitAsync(id, timeout: null, cancellationToken);
        return task.State == TaskState.Completed ? task.ToInfo().ResultJson : throw Refusals.WithoutResult(task);
    }

    private static TaskInfo Changed(in TaskAnswer answer) =>
        answer is { Status: AnswerStatus.AlreadyFinished, Task: { } done } ? throw TaskProblems.AlreadyFinished(done).ToException() : answer.TaskOrThrow().ToInfo();

    private static TaskError ErrorOf(string? reason)
    {
        if (reason is not null && FieldRules.Reason.FaultIn(reason) is { } fault)
            throw new ArgumentOutOfRangeException(nameof(reason), $"The reason {fault}");
        return string.IsNullOrEmpty(reason) ? TaskErrors.CancelledPlainly : new(TaskError.Cancelled, reason);
    }

    private TaskSpec SpecOf(NewTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var errors = new FieldErrors();
        return CreateTaskValidation.Validate(task.ToRequest(), Context(), FieldPath.Root, errors) ?? throw errors.ToProblem().ToException();
    }

    // What the storage throws is a refusal like others.
    internal static async ValueTask<T> AskAsync<T>(ValueTask<T> asked)
    {
        try
        {
            return await ProgramAnswers.Of(asked);
        }
        catch (StorageUnavailableException exception)
        {
            throw exception.Status.ToProblem().ToException();
        }
    }

    private CreationContext Context() => contexts.Of(Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } current ? current : null) with { HidesTokens = true };
}
