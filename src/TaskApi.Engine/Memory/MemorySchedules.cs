using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>The schedules, in this process's memory.</summary>
/// <param name="commands">Creates their tasks.</param>
/// <param name="most">The most that there may be.</param>
internal sealed class MemorySchedules(ITaskCommands commands, int most) : ISchedules
{
    private readonly Lock _gate = new();
    private readonly ScheduleTable _table = new();
    private readonly ScheduledCreation _tasks = new(commands);

    // One steps after the other: between its beginning and its end a schedule looks as if its last task were the one before.
    private Task _stepping = Task.CompletedTask;

    /// <inheritdoc/>
    public Action? Changed { get; set; }

    /// <inheritdoc/>
    public ValueTask<ScheduleAnswer> ChangeAsync(
        string owner, string name, Func<ScheduleState?, ScheduleState?> change, ScheduleCondition? condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ScheduleAnswer answer;
        lock (_gate)
        {
            var kept = _table.Find(owner, name);
            var before = kept?.State;
            if (condition is not null && !condition(before)) return ValueTask.FromResult(new ScheduleAnswer(AnswerStatus.ConditionFailed, before));
            if (change(before) is not { } after) return ValueTask.FromResult(new ScheduleAnswer(AnswerStatus.NotFound));
            if (kept is null && _table.Count >= most) return ValueTask.FromResult(new ScheduleAnswer(AnswerStatus.CapacityReached));
            if (kept is null) _table.Add(after);
            else _table.Replace(kept, after);
            answer = new ScheduleAnswer(AnswerStatus.Ok, after, IsNew: kept is null);
        }

        Changed?.Invoke();
        return ValueTask.FromResult(answer);
    }

    /// <inheritdoc/>
    public ValueTask<ScheduleState?> FindAsync(string owner, string name, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(_table.Find(owner, name)?.State);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult<IReadOnlyList<ScheduleState>>(_table.After(owner, after, limit));
    }

    /// <inheritdoc/>
    public ValueTask<AnswerStatus> DeleteAsync(string owner, string name, ScheduleCondition? condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var kept = _table.Find(owner, name);
            if (condition is not null && !condition(kept?.State)) return ValueTask.FromResult(AnswerStatus.ConditionFailed);
            if (kept is null) return ValueTask.FromResult(AnswerStatus.NotFound);
            _table.Remove(kept);
            return ValueTask.FromResult(AnswerStatus.Ok);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult<IReadOnlyList<ScheduleState>>(_table.Due(now, limit));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> FindWaitingAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(_table.Waiting);
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> FirstDueAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(_table.FirstDue);
    }

    /// <summary>Moved on first, so that of two only one creates; and back again where there is no room for the tasks. Each of the two for all under one hold of the lock.</summary>
    public async ValueTask<ScheduleStepAnswer[]> StepAsync(IReadOnlyList<ScheduleStep> steps, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate) (before, _stepping) = (_stepping, ended.Task);
        await before;
        try
        {
            return await MoveAsync(steps);
        }
        finally
        {
            ended.SetResult();
        }
    }

    private async ValueTask<ScheduleStepAnswer[]> MoveAsync(IReadOnlyList<ScheduleStep> steps)
    {
        var moves = new ScheduleMove[steps.Count];
        lock (_gate)
        {
            for (var i = 0; i < moves.Length; i++) moves[i] = Begin(steps[i]);
        }

        await _tasks.CreateAsync(moves);
        var answers = new ScheduleStepAnswer[moves.Length];
        lock (_gate)
        {
            for (var i = 0; i < answers.Length; i++) answers[i] = End(moves[i]);
        }

        return answers;
    }

    private ScheduleMove Begin(ScheduleStep step)
    {
        var kept = _table.Find(step.From.Owner, step.From.Name);
        var move = new ScheduleMove(step, ReferenceEquals(kept?.State, step.From) ? kept : null);
        if (move.Kept is not null) _table.Replace(move.Kept, move.Moved);
        return move;
    }

    private ScheduleStepAnswer End(ScheduleMove move)
    {
        if (move.Kept is not { } kept) return new ScheduleStepAnswer(AnswerStatus.ConditionFailed);
        var (status, run, moved) = (move.Status, move.Run, move.Moved);
        var after = status != AnswerStatus.Ok ? move.Step.From with { Revision = moved.Revision } : run is null ? moved : moved with { LastRun = run };
        if (ReferenceEquals(kept.State, moved)) _table.Replace(kept, after);
        // Somebody has asked for something else meanwhile: its last task is this one all the same, and what hasn't been created is still to be.
        else if (run is not null) _table.Replace(kept, kept.State with { LastRun = run });
        else if (status != AnswerStatus.Ok && kept.State.Cursor == moved.Cursor) _table.Replace(kept, kept.State with { Cursor = move.Step.From.Cursor });
        return new ScheduleStepAnswer(status, after);
    }
}
