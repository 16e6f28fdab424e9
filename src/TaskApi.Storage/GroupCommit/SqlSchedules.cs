using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The schedules, in the database that has the tasks: a step that moves one on is in one transaction with its tasks, and only if the schedule is
/// still as it was read. So whatever dies, and however many processes look, an occurrence makes its task once.
/// </summary>
/// <param name="database">The database, in use.</param>
internal sealed class SqlSchedules(DatabaseAccess database) : ISchedules
{
    private const int PageSize = 1000;

    private bool _isAligned;

    /// <inheritdoc/>
    public Action? Changed { get; set; }

    /// <inheritdoc/>
    public async ValueTask<ScheduleAnswer> ChangeAsync(
        string owner, string name, Func<ScheduleState?, ScheduleState?> change, ScheduleCondition? condition, CancellationToken cancellationToken)
    {
        // What can't be a name is none, and may hold what the database takes for no text.
        if (!FieldRules.Label.Allows(name)) return new ScheduleAnswer(AnswerStatus.NotFound);
        var answer = await database.ChangeAsync(
            owner, batch => ScheduleWrites.Change(batch, owner, name, change, condition, database.Options.MaxSchedules),
            static status => new ScheduleAnswer(status), WriteScope.Scheduling(owner, name), cancellationToken);
        if (answer.Status == AnswerStatus.Ok) Changed?.Invoke();
        return answer;
    }

    /// <inheritdoc/>
    public async ValueTask<ScheduleState?> FindAsync(string owner, string name, CancellationToken cancellationToken)
    {
        if (!FieldRules.Label.Allows(name)) return null;
        var row = await database.Readers.ReadAsync(
            (Owner: owner, Name: name), static (session, state, token) => session.Schedules.FindAsync(state.Owner, state.Name, token), cancellationToken);
        return row?.ToState();
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ScheduleState>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken) =>
        ToStates(await database.Readers.ReadAsync(
            (Owner: owner, After: after, Limit: limit), static (session, state, token) => session.Schedules.ListAsync(state.Owner, state.After, state.Limit, token), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<AnswerStatus> DeleteAsync(string owner, string name, ScheduleCondition? condition, CancellationToken cancellationToken) =>
        FieldRules.Label.Allows(name)
            ? database.ChangeAsync(owner, batch => ScheduleWrites.Delete(batch, owner, name, condition), static status => status, WriteScope.Scheduling(owner, name), cancellationToken)
            : ValueTask.FromResult(AnswerStatus.NotFound);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ScheduleState>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ToStates(await database.Readers.ReadAsync(
            (Now: ScheduleRow.ToTicks(now), Limit: limit), static (session, state, token) => session.Schedules.FindDueAsync(state.Now, state.Limit, token), cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ScheduleState>> FindWaitingAsync(CancellationToken cancellationToken) =>
        ToStates(await database.Readers.ReadAsync(0, static (session, _, token) => session.Schedules.FindWaitingAsync(token), cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> FirstDueAsync(CancellationToken cancellationToken)
    {
        if (!_isAligned) await AlignAsync(cancellationToken);
        _isAligned = true;
        var first = await database.Readers.ReadAsync(0, static (session, _, token) => session.Schedules.FirstDueAsync(token), cancellationToken);
        return first is { } at ? ScheduleRow.ToInstant(at) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<ScheduleStepAnswer[]> StepAsync(IReadOnlyList<ScheduleStep> steps, CancellationToken cancellationToken)
    {
        var answers = new Task<ScheduleStepAnswer>[steps.Count];
        // Asked for together, so that they share transactions.
        for (var i = 0; i < answers.Length; i++)
        {
            var step = steps[i];
            answers[i] = database.ChangeAsync(
                step.From.Owner, batch => ScheduleWrites.Step(batch, step), refusal: null, WriteScope.Stepping(step.From.Owner, step.From.Name, [.. step.Occurrences.Select(static occurrence => occurrence.Task)]), cancellationToken).AsTask();
        }

        return await Task.WhenAll(answers);
    }

    // When an occurrence is next was reckoned by whoever wrote the row, perhaps by other rules of its time zone. Once in a process all are looked at,
    // after those that were due already: they go by the rules of today whatever their rows say.
    private async ValueTask AlignAsync(CancellationToken cancellationToken)
    {
        for (var (owner, after) = ("", ""); ;)
        {
            var rows = await database.Readers.ReadAsync(
                (Owner: owner, After: after), static (session, state, token) => session.Schedules.ListAllAsync(state.Owner, state.After, PageSize, token), cancellationToken);
            var stale = new List<ScheduleStep>();
            foreach (var row in rows)
            {
                var schedule = row.ToState();
                if (ScheduleRow.ToTicks(schedule.Next) != row.Next) stale.Add(new ScheduleStep(schedule, schedule.Cursor, schedule.Waiting, []));
            }

            if (stale.Count > 0) await StepAsync(stale, cancellationToken);
            if (rows.Count < PageSize) return;
            (owner, after) = (rows[^1].Owner, rows[^1].Name);
        }
    }

    private static ScheduleState[] ToStates(List<ScheduleRow> rows)
    {
        var states = new ScheduleState[rows.Count];
        for (var i = 0; i < states.Length; i++) states[i] = rows[i].ToState();
        return states;
    }
}
