using System.Runtime.CompilerServices;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Schedules;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Schedules;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>Schedules for the program that they are part of: the rules and the exceptions are those of HTTP. Thread-safe.</summary>
/// <param name="owner">Whose they are; empty for nobody.</param>
/// <param name="tasks">Makes handles of tasks.</param>
/// <param name="ports">The storage.</param>
/// <param name="contexts">What creations go by.</param>
internal sealed class LocalSchedules(string owner, LocalTasks tasks, LocalSchedulePorts ports, CreationContextFactory contexts) : ITaskSchedules
{
    private const int PageSize = 1_000;

    /// <inheritdoc/>
    public Task<ScheduleInfo> PutAsync(string name, NewSchedule schedule, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default) =>
        PutAsync(name, schedule, Unchanged(ifUnchanged), cancellationToken);

    /// <inheritdoc/>
    public Task<ScheduleInfo> CreateAsync(string name, NewSchedule schedule, CancellationToken cancellationToken = default) =>
        PutAsync(name, schedule, static seen => seen is null, cancellationToken);

    /// <inheritdoc/>
    public async Task<ScheduleInfo> GetAsync(string name, CancellationToken cancellationToken = default) => ToInfo(await FindAsync(name, cancellationToken), ports.Clock.UtcNow);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ScheduleInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var after = ""; ;)
        {
            var page = await LocalTasks.AskAsync(ports.Schedules.ListAsync(owner, after, PageSize, cancellationToken));
            foreach (var schedule in page)
                yield return schedule.ToResponse(ports.Clock.UtcNow).ToInfo(tag: null);
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Name;
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var status = await LocalTasks.AskAsync(ports.Schedules.DeleteAsync(owner, name, ScheduleChanges.IfThere(Unchanged(ifUnchanged)), cancellationToken));
        if (status != AnswerStatus.Ok)
            throw status.ToScheduleProblem().ToException();
    }

    /// <inheritdoc/>
    public Task<ScheduleInfo> PauseAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default) =>
        SetPausedAsync(name, paused: true, ifUnchanged, cancellationToken);

    /// <inheritdoc/>
    public Task<ScheduleInfo> ResumeAsync(string name, ScheduleInfo? ifUnchanged = null, CancellationToken cancellationToken = default) =>
        SetPausedAsync(name, paused: false, ifUnchanged, cancellationToken);

    /// <inheritdoc/>
    public async Task<TaskHandle> TriggerAsync(string name, CancellationToken cancellationToken = default)
    {
        var schedule = await FindAsync(name, cancellationToken);
        var task = ScheduleStepper.TaskOf(schedule, ports.Clock.UtcNow, jitterSeconds: 0);
        return tasks.Attach((await LocalTasks.AskAsync(ports.Commands.CreateAsync(owner, task, watch: false, cancellationToken))).TaskOrThrow().Id);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DateTimeOffset>> PreviewAsync(string cron, string timeZone = "UTC", int count = 5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cron);
        ArgumentNullException.ThrowIfNull(timeZone);
        cancellationToken.ThrowIfCancellationRequested();
        var errors = new FieldErrors();
        ScheduleRequestValidation.CheckCron(cron, errors);
        ScheduleRequestValidation.CheckZone(timeZone, errors);
        if (!FieldRules.PreviewCount.Allows(count))
            errors.Add("count", FieldRules.PreviewCount.Fault);
        if (!errors.IsEmpty)
            return Task.FromException<IReadOnlyList<DateTimeOffset>>(errors.ToProblem().ToException());
        var now = ports.Clock.UtcNow;
        return Task.FromResult<IReadOnlyList<DateTimeOffset>>(ScheduleMapping.Next(new ScheduleTiming { Cron = cron, TimeZone = timeZone }, now, now, count));
    }

    private async Task<ScheduleInfo> PutAsync(string name, NewSchedule schedule, ScheduleCondition? condition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(schedule);
        var errors = new FieldErrors();
        ScheduleRequestValidation.CheckName(name, errors);
        var definition = ScheduleRequestValidation.Validate(schedule.ToRequest(), contexts.Of(trace: null), errors);
        if (definition is null || !errors.IsEmpty)
            throw errors.ToProblem().ToException();
        var now = ports.Clock.UtcNow;
        return await ChangeAsync(name, ScheduleChanges.Put(owner, name, definition, now), condition, now, cancellationToken);
    }

    private async Task<ScheduleInfo> SetPausedAsync(string name, bool paused, ScheduleInfo? ifUnchanged, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        var now = ports.Clock.UtcNow;
        return await ChangeAsync(name, ScheduleChanges.SetPaused(paused, now), ScheduleChanges.IfThere(Unchanged(ifUnchanged)), now, cancellationToken);
    }

    private async Task<ScheduleInfo> ChangeAsync(
        string name, Func<ScheduleState?, ScheduleState?> change, ScheduleCondition? condition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var answer = await LocalTasks.AskAsync(ports.Schedules.ChangeAsync(owner, name, change, condition, cancellationToken));
        return answer is { Status: AnswerStatus.Ok, Schedule: { } schedule } ? ToInfo(schedule, now) : throw answer.Status.ToScheduleProblem().ToException();
    }

    private async Task<ScheduleState> FindAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return await LocalTasks.AskAsync(ports.Schedules.FindAsync(owner, name, cancellationToken)) ?? throw AnswerStatus.NotFound.ToScheduleProblem().ToException();
    }

    private ScheduleCondition? Unchanged(ScheduleInfo? read)
    {
        if (read?.TagFor("ifUnchanged") is not { } tag)
            return null;
        return seen => seen?.Tag(ports.Json) == tag;
    }

    private ScheduleInfo ToInfo(ScheduleState schedule, DateTimeOffset now) => schedule.ToResponse(now).ToInfo(schedule.Tag(ports.Json));
}
