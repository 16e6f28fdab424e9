using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What one transaction does to tasks. For the writer alone.</summary>
/// <param name="options">The bounds.</param>
/// <param name="clock">The run's clock.</param>
/// <param name="counters">The numbers and counts.</param>
/// <param name="keys">The calls that are kept.</param>
/// <param name="waiters">Who waits.</param>
internal sealed class WriteBatch(TaskOptions options, RunClock clock, ICounters counters, IdempotencyTable keys, WaiterTable waiters)
{
    private readonly TaskNonces _nonces = new();
    private readonly List<ClaimedTask> _claimed = [];
    private int _forgotten;
    private bool _isClosed;
    private bool _shows;
    private bool _isTrial;

    /// <summary>The connection.</summary>
    public IWriteSession Session { get; private set; } = null!;

    /// <summary>What it does to calls with a key.</summary>
    public IdempotencyWrites Idempotency => field ??= new IdempotencyWrites(this, keys);

    /// <summary>What to tell when it is on disk, in order.</summary>
    public List<TaskEffect> Effects { get; } = [];

    /// <summary>Tasks that the transaction creates and somebody waits for. Before it is on disk, whoever looks finds none.</summary>
    public List<(TaskCompletion Completion, TaskSnapshot Task)> Watched { get; } = [];

    /// <summary>The earliest that the clock has to look at a task that the transaction has armed.</summary>
    public long EarliestDueTick { get; private set; }

    /// <summary>When it began, on the run's clock.</summary>
    public long Run { get; private set; }

    /// <summary>When it began, on the retention clock.</summary>
    public long RetentionNow { get; private set; }

    /// <summary>When it began, on the wall clock.</summary>
    public long Wall { get; private set; }

    /// <summary>True if a task has come to its final state in it.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>True if there is something to write down.</summary>
    public bool IsChanged => Effects.Count > 0 || _forgotten > 0 || _isTrial;

    /// <summary>Starts anew.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="isClosed">True if nothing new is taken.</param>
    /// <param name="shows">True if what is created will be shown to others than who created it.</param>
    /// <param name="isTrial">True to write even if nothing changes: whether the storage can.</param>
    public void Begin(IWriteSession session, bool isClosed, bool shows, bool isTrial)
    {
        (Session, _isClosed, _shows, _isTrial, _forgotten) = (session, isClosed, shows, isTrial, 0);
        (Run, RetentionNow, Wall) = (clock.Now, clock.RetentionNow, clock.Wall);
        EarliestDueTick = long.MaxValue;
        HasFinished = false;
        Effects.Clear();
        Watched.Clear();
    }

    /// <summary>Why so many tasks can't be created now; null if they can.</summary>
    public AnswerStatus? Refusal(int count)
    {
        if (_isClosed) return AnswerStatus.ShuttingDown;
        return count > options.MaxPending - counters.Pending ? AnswerStatus.CapacityReached : null;
    }

    /// <summary>Creates a task; its place must be free.</summary>
    public CreatedRow Create(string owner, TaskSpec task, bool watch)
    {
        var counts = counters.Ensure(owner);
        var due = clock.Resolve(task.Schedule);
        var (sequence, idTime) = counters.Next(due.Now);
        var row = new TaskRow
        {
            Sequence = sequence,
            Nonce = _nonces.Next(),
            Created = due.Now,
            Skew = idTime - due.Now,
            Due = due.At,
            DueOffset = due.DueOffset,
            Delay = TaskRow.Shorten(due.DelaySeconds, due.At, due.Now),
            Timeout = task.TimeoutSeconds is { } seconds ? clock.After(EngineClock.ToTime(seconds)) : null,
            Owner = counts.Id,
            Name = task.Name,
            Group = task.Group,
            Message = task.Message,
        };
        Session.Insert(row);
        counters.CountCreated(counts);
        Arm(row);

        Effects.Add(new TaskEffect(TaskEventKind.Created, row.Id, row.DueTick, _shows ? row.ToSnapshot(owner) : null));
        if (!watch) return new CreatedRow(row, Completion: null);
        var completion = waiters.Watch(row.Id);
        Watched.Add((completion, row.ToSnapshot(owner)));
        return new CreatedRow(row, completion);
    }

    /// <summary>Cancels a task if it is the owner's, not done, and as the condition wants it.</summary>
    public TaskAnswer Cancel(string owner, TaskId id, TaskError error, TaskCondition? condition = null)
    {
        if (Find(owner, id) is not { } row) return new TaskAnswer(AnswerStatus.NotFound);
        var transition = Transitions.Decide(row.Facts, TaskCommand.Cancel(error), Wall);
        if (transition.Refusal != TransitionRefusal.None) return new TaskAnswer(AnswerStatus.AlreadyFinished, row.ToSnapshot(owner));
        if (Fails(condition, row, owner) is { } failed) return failed;
        return new TaskAnswer(AnswerStatus.Ok, transition is { IsChange: true, Task.State: var state } && state.IsDone() ? Finish(owner, row, transition.Task) : row.ToSnapshot(owner));
    }

    /// <summary>Cancels those of the tasks that are the owner's and not done; puts an answer for each at its place.</summary>
    public void Cancel(string owner, ReadOnlySpan<Guid> ids, TaskError error, Span<TaskAnswer> answers)
    {
        for (var i = 0; i < ids.Length; i++)
            answers[i] = TaskId.TryParse(ids[i], out var id) ? Cancel(owner, id, error) : new TaskAnswer(AnswerStatus.NotFound);
    }

    /// <summary>Cancels those of the owner's tasks that aren't done; answers how many.</summary>
    public long Cancel(string owner, IReadOnlyList<TaskId> ids, TaskError error)
    {
        var (cancelled, command) = (0L, TaskCommand.Cancel(error));
        foreach (var id in ids)
        {
            if (Find(owner, id) is not { } row || Transitions.Decide(row.Facts, command, Wall) is not { IsChange: true } transition || !transition.Task.State.IsDone()) continue;
            Finish(owner, row, transition.Task);
            cancelled++;
        }

        return cancelled;
    }

    /// <summary>Changes a task if it is the owner's, pending, and as the condition wants it.</summary>
    public TaskAnswer Reschedule(string owner, TaskId id, TaskRevision change, TaskCondition? condition)
    {
        if (Find(owner, id) is not { } row) return new TaskAnswer(AnswerStatus.NotFound);
        DueTime? due = change.Schedule is { } schedule ? clock.Resolve(schedule) : null;
        var transition = Transitions.Decide(row.Facts, TaskCommand.Reschedule((due?.At ?? row.Due) - Wall), Wall);
        if (transition.Refusal != TransitionRefusal.None)
            return new TaskAnswer(transition.Refusal == TransitionRefusal.IsRunning ? AnswerStatus.IsRunning : AnswerStatus.AlreadyFinished, row.ToSnapshot(owner));
        if (Fails(condition, row, owner) is { } failed) return failed;

        row = row with { Message = change.Message ?? row.Message, Version = row.Version + 1 };
        if (due is { } resolved)
        {
            row = row with { Due = transition.Task.DueAt, DueOffset = resolved.DueOffset, Delay = TaskRow.Shorten(resolved.DelaySeconds, resolved.At, row.Created) };
            Arm(row);
        }

        Session.Change(row);
        var task = row.ToSnapshot(owner);
        Effects.Add(new TaskEffect(TaskEventKind.Rescheduled, id, row.DueTick, task));
        return new TaskAnswer(AnswerStatus.Ok, task);
    }

    /// <summary>Brings what is due to its final state.</summary>
    /// <param name="limit">How many tasks at the most.</param>
    /// <param name="show">True if the tasks will be shown to somebody.</param>
    public void Claim(int limit, bool show)
    {
        _claimed.Clear();
        Session.Claim(Run, RetentionNow, Wall, clock.ZoneMinutes, limit, show, _claimed);
        HasFinished |= _claimed.Count > 0;
        foreach (var task in _claimed)
        {
            var owner = counters.Owner(task.Owner);
            counters.CountFinished(owner, task.State);
            var kind = task.State.ToEventKind();
            Effects.Add(new TaskEffect(kind, task.Id, task.DueTick, task.Row?.ToSnapshot(owner.Name)));
        }
    }

    /// <summary>Forgets finished tasks that are kept for too long, or that are too many.</summary>
    /// <param name="limit">How many at the most.</param>
    public void Forget(int limit)
    {
        var retention = (long)Math.Ceiling(options.Retention.TotalMilliseconds);
        var forgotten = Session.Forget(RetentionNow - retention, limit);
        var excess = counters.Finished - forgotten - options.MaxFinished;
        if (excess > 0 && forgotten < limit) forgotten += Session.Forget(long.MaxValue, Math.Min(excess, limit - forgotten));
        counters.Forget(forgotten);
        _forgotten = forgotten;
    }

    private TaskRow? Find(string owner, TaskId id) =>
        counters.Find(owner) is { } counts && Session.Find(id.Sequence) is { } row && row.Has(id) && row.Owner == counts.Id ? row : null;

    private static TaskAnswer? Fails(TaskCondition? condition, TaskRow row, string owner) =>
        condition is not null && row.ToSnapshot(owner) is var seen && !condition(seen) ? new TaskAnswer(AnswerStatus.ConditionFailed, seen) : null;

    private TaskSnapshot Finish(string owner, TaskRow row, in TaskFacts final)
    {
        row = row.Finish(final, RetentionNow);
        Session.Change(row);
        counters.CountFinished(counters.Owner(row.Owner), row.State);
        HasFinished = true;
        var task = row.ToSnapshot(owner);
        Effects.Add(new TaskEffect(row.State.ToEventKind(), row.Id, row.DueTick, task));
        return task;
    }

    private void Arm(TaskRow row) => EarliestDueTick = Math.Min(EarliestDueTick, Math.Min(row.DueTick, row.Timeout ?? long.MaxValue));
}
