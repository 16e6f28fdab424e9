using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The creation of one task: the change that is asked for most. What needs no database is done by who asks for it.</summary>
internal sealed class Creation(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken) : WriteOperation<TaskAnswer>(cancellationToken)
{
    private AnswerStatus _status;
    private CreatedRow _created;
    private TaskConflict? _conflict;
    private AfterRefusal? _after;

    /// <inheritdoc/>
    public override WriteScope Scope => task.Work is { IsRelated: true } ? WriteScope.Creating(owner, [task]) : WriteScope.Creating(1);

    /// <inheritdoc/>
    protected override TaskAnswer Done => _status == AnswerStatus.Ok
        ? new TaskAnswer(_status, _created.ToSnapshot(owner), _created.Completion) { IsExisting = _created.IsExisting }
        : TaskAnswer.Refused(_status, _conflict, _after);

    /// <inheritdoc/>
    protected override void Do(WriteBatch batch)
    {
        _status = (task.Work is { IsRelated: true } ? batch.Uniques.Refusal(owner, [task], out _conflict, out _after) : batch.Refusal(1)) ?? AnswerStatus.Ok;
        if (_status == AnswerStatus.Ok) _created = task.Work?.Gather is null ? batch.Uniques.Create(owner, task, watch) : batch.Uniques.Create(owner, [task], watch)[0];
    }

    /// <inheritdoc/>
    protected override bool TryRefuse(AnswerStatus status, out TaskAnswer answer)
    {
        answer = new TaskAnswer(status);
        return true;
    }
}

/// <summary>The creation of many tasks, or of none.</summary>
internal sealed class CreationOfMany(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken) : WriteOperation<TasksAnswer>(cancellationToken)
{
    private AnswerStatus _status;
    private CreatedRow[] _created = [];
    private TaskConflict? _conflict;
    private AfterRefusal? _after;

    /// <inheritdoc/>
    public override WriteScope Scope => WriteScope.Creating(owner, tasks);

    /// <inheritdoc/>
    protected override TasksAnswer Done => new(_status, CreatedRow.ToHandles(_created, owner)) { Conflict = _conflict, After = _after };

    /// <inheritdoc/>
    protected override void Do(WriteBatch batch)
    {
        _status = batch.Uniques.Refusal(owner, tasks, out _conflict, out _after) ?? AnswerStatus.Ok;
        if (_status == AnswerStatus.Ok) _created = batch.Uniques.Create(owner, tasks, watch);
    }

    /// <inheritdoc/>
    protected override bool TryRefuse(AnswerStatus status, out TasksAnswer answer)
    {
        answer = new TasksAnswer(status, []);
        return true;
    }
}

/// <summary>A task as it was just inserted.</summary>
/// <param name="Row">What is in the database.</param>
/// <param name="Completion">What to await, if that was asked for.</param>
internal readonly record struct CreatedRow(TaskRow Row, TaskCompletion? Completion)
{
    /// <summary>Its work; null if it has none.</summary>
    public WorkRow? Work { get; init; }

    /// <summary>True if it was there already.</summary>
    public bool IsExisting { get; init; }

    /// <summary>The task as clients see it.</summary>
    public TaskSnapshot ToSnapshot(string owner) => Work is null ? Row.ToSnapshot(owner)
        : Work.IsRunning && WorkTypes.ShowsToken(Work.Type) ? Work.ToSnapshot(Row, owner).WithLease(new HeldWork(Row, Work).Token)
        : Work.ToSnapshot(Row, owner);

    /// <summary>The tasks as they are answered.</summary>
    public static WatchedTask[] ToHandles(ReadOnlySpan<CreatedRow> rows, string owner)
    {
        var handles = new WatchedTask[rows.Length];
        for (var i = 0; i < handles.Length; i++) handles[i] = new WatchedTask(rows[i].ToSnapshot(owner), rows[i].Completion) { IsExisting = rows[i].IsExisting };
        return handles;
    }
}
