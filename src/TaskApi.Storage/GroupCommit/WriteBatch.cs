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
/// <param name="room">What is set aside for tasks to come.</param>
/// <param name="workOptions">The bounds of work.</param>
/// <param name="book">What is set of queues.</param>
/// <param name="isObserved">True if somebody wants to know of each start and end of work.</param>
/// <param name="body">Writes what callbacks tell; null where no task has one.</param>
internal sealed class WriteBatch(
    TaskOptions options, RunClock clock, ICounters counters, IdempotencyTable keys, WaiterTable waiters, CreationRoom room, WorkOptions workOptions, QueueBook book, bool isObserved, ICallbackBody? body)
{
    private readonly TaskNonces _nonces = new();
    private readonly List<ClaimedTask> _claimed = [];
    private int _forgotten;
    private bool _shows, _showsFinal;

    /// <summary>The connection.</summary>
    public IWriteSession Session { get; private set; } = null!;

    /// <summary>What it does to calls with a key.</summary>
    public IdempotencyWrites Idempotency => field ??= new IdempotencyWrites(this, keys);

    /// <summary>What it does to tasks with work.</summary>
    public WorkBatch Work => field ??= new WorkBatch(this, counters, clock, workOptions, book, isObserved);

    /// <summary>Starts them.</summary>
    public WorkStarts Starts => field ??= new WorkStarts(this, Work, counters, clock);

    /// <summary>Takes what came of them.</summary>
    public WorkOutcomes Outcomes => field ??= new WorkOutcomes(Work, workOptions);

    /// <summary>Takes workers' signs of life.</summary>
    public WorkBeats Beats => field ??= new WorkBeats(this, Work, Starts, counters);

    /// <summary>Forgets what is kept for too long.</summary>
    public Forgetting Forgetting => field ??= new Forgetting(this, options, counters);

    /// <summary>Runs tasks again.</summary>
    public Reruns Reruns => field ??= new Reruns(this);

    /// <summary>What it does to tasks that wait for others.</summary>
    public AfterWrites Waits => field ??= new AfterWrites(this, clock);

    /// <summary>What follows when tasks are done.</summary>
    public Aftermath Aftermath => field ??= new Aftermath(this, Waits, counters, new CallbackWrites(this, counters, body));

    /// <summary>Creates tasks that are to be the only ones with their keys.</summary>
    public UniqueWrites Uniques => field ??= new UniqueWrites(this, counters);

    /// <summary>True if nothing new is taken.</summary>
    public bool IsClosed { get; private set; }

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

    /// <summary>True if a task has completed or been cancelled in it.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>True if one has failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>True if it finds out whether the storage can be written.</summary>
    public bool IsTrial { get; private set; }

    /// <summary>True if there is something to write down.</summary>
    public bool IsChanged => Effects.Count > 0 || _forgotten > 0 || IsTrial || Work.IsChanged || Session.Schedules.IsChanged;

    /// <summary>Starts anew.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="isClosed">True if nothing new is taken.</param>
    /// <param name="shows">True if what is created will be shown to others than who created it.</param>
    /// <param name="showsFinal">True if what finishes may be forgotten with that: who begins to wait for it just now couldn't look it up.</param>
    /// <param name="isTrial">True to write even if nothing changes: whether the storage can.</param>
    public void Begin(IWriteSession session, bool isClosed, bool shows, bool showsFinal, bool isTrial)
    {
        (Session, IsClosed, _shows, _showsFinal, IsTrial, _forgotten) = (session, isClosed, shows, showsFinal, isTrial, 0);
        (Run, RetentionNow, Wall) = (clock.Now, clock.RetentionNow, clock.Wall);
        (EarliestDueTick, HasFinished, HasFailed) = (long.MaxValue, false, false);
        Effects.Clear();
        Watched.Clear();
        Work.Begin();
        Aftermath.Begin();
        if (isTrial && session.Work is { } statements) Work.Extend(statements);
    }

    /// <summary>True if the task will be shown to somebody as it is after this.</summary>
    public bool IsWanted(TaskId id, TaskEventKind kind) => _shows || (kind.IsFinal() && (_showsFinal || waiters.IsWatched(id.Sequence)));

    /// <summary>Counts a task with work that has come to its final state, and has been written down.</summary>
    public void NoteFinished(TaskRow row)
    {
        counters.CountFinished(counters.Owner(row.Owner), row.State);
        HasFinished |= row.State != TaskState.Failed;
        HasFailed |= row.State == TaskState.Failed;
    }

    /// <summary>Why so many tasks can't be created now; null if they can.</summary>
    public AnswerStatus? Refusal(int count)
    {
        if (IsClosed) return AnswerStatus.ShuttingDown;
        return count > options.MaxPending - counters.Pending - room.Reserved ? AnswerStatus.CapacityReached : null;
    }

    /// <summary>Creates a task; its place must be free. One that waits for others is created by way of <see cref="UniqueWrites"/>.</summary>
    public CreatedRow Create(string owner, TaskSpec task, bool watch, AfterStart? after = null)
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
        if (task.Work is { } asked) row = row with { StateBits = TaskRow.WorkBit, Input = asked.Input.ToArray() };
        Session.Insert(row);
        counters.CountCreated(counts);
        var created = new CreatedRow(row, Completion: null);
        if (row.HasWork) created = created with { Work = Work.Create(row, counts, task, after) };
        else Arm(row);
        if (task.Callback is { } callback) created = created with { Row = Aftermath.Callbacks.Add(row, callback) };
        Effects.Add(new TaskEffect(TaskEventKind.Created, row.Id, row.DueTick, _shows ? created.ToSnapshot(owner) : null, row.HasWork));
        if (after is not null) created = Waits.Begin(created, after);
        return watch ? Watch(owner, created) : created;
    }

    /// <summary>Somebody waits for a task from now on.</summary>
    public CreatedRow Watch(string owner, in CreatedRow task)
    {
        var completion = waiters.Watch(task.Row.Id);
        Watched.Add((completion, task.ToSnapshot(owner)));
        return task with { Completion = completion };
    }

    /// <summary>Cancels a task if it is the owner's, not done, and as the condition wants it; a running one is asked to end.</summary>
    public TaskAnswer Cancel(string owner, TaskId id, TaskError error, TaskCondition? condition = null, bool force = false)
    {
        if (Find(owner, id) is not { } task) return new TaskAnswer(AnswerStatus.NotFound);
        var transition = Transitions.Decide(task.Facts, TaskCommand.Cancel(error, force), Wall);
        if (transition.Refusal != TransitionRefusal.None) return new TaskAnswer(AnswerStatus.AlreadyFinished, task.ToSnapshot(owner));
        if (Fails(condition, task, owner) is { } failed) return failed;
        return new TaskAnswer(AnswerStatus.Ok, transition.IsChange ? Carry(owner, task, transition) : task.ToSnapshot(owner));
    }

    /// <summary>Changes a task if it is the owner's, pending, and as the condition wants it.</summary>
    public TaskAnswer Reschedule(string owner, TaskId id, TaskRevision change, TaskCondition? condition)
    {
        if (Find(owner, id) is not { } task) return new TaskAnswer(AnswerStatus.NotFound);
        DueTime? due = change.Schedule is { } schedule ? clock.Resolve(schedule) : null;
        var facts = task.Facts;
        var transition = Transitions.Decide(facts, TaskCommand.Reschedule((due?.At ?? facts.DueAt) - Wall), Wall);
        if (transition.Refusal != TransitionRefusal.None)
            return new TaskAnswer(transition.Refusal == TransitionRefusal.IsRunning ? AnswerStatus.IsRunning : AnswerStatus.AlreadyFinished, task.ToSnapshot(owner));
        if (task.Row.HasWork ? change.Message is not null : change.IsOfWork) return new TaskAnswer(AnswerStatus.WrongKind);
        if (Fails(condition, task, owner) is { } failed) return failed;
        var row = task.Row with { Message = change.Message ?? task.Row.Message, Input = change.Input?.ToArray() ?? task.Row.Input, Version = task.Row.Version + 1 };
        if (due is { } resolved) row = row with { Due = transition.Task.DueAt, DueOffset = resolved.DueOffset, Delay = TaskRow.Shorten(resolved.DelaySeconds, resolved.At, row.Created) };
        if (due is not null && !row.HasWork) Arm(row);
        Session.Change(row);
        task = task with { Row = row };
        if (task.Work is { } work) task = task with { Work = this.Revise(new HeldWork(row, work), due, change.Schedule is { DueAt: not null }, change.Priority).Work };
        var changed = task.ToSnapshot(owner);
        Effects.Add(new TaskEffect(TaskEventKind.Rescheduled, id, row.DueTick, changed, row.HasWork));
        return new TaskAnswer(AnswerStatus.Ok, changed);
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
            Aftermath.Note(task);
            var kind = task.State.ToEventKind();
            Effects.Add(new TaskEffect(kind, task.Id, Math.Max(task.DueTick, task.CreatedTick), task.Row?.ToSnapshot(owner.Name)));
        }
    }

    /// <summary>Counts tasks that are forgotten.</summary>
    public void NoteForgotten(int count) => _forgotten += count;

    /// <summary>A task as the transaction has it, if it is the owner's; else null.</summary>
    public FoundTask? Find(string owner, TaskId id)
    {
        if (counters.Find(owner) is not { } counts || Session.Find(id.Sequence) is not { } row || !row.Has(id) || row.Owner != counts.Id) return null;
        return new FoundTask(row, row.HasWork ? Session.Work!.Find(id.Sequence)?.Work : null);
    }

    private static TaskAnswer? Fails(TaskCondition? condition, in FoundTask task, string owner) =>
        condition is not null && task.ToSnapshot(owner) is var seen && !condition(seen) ? new TaskAnswer(AnswerStatus.ConditionFailed, seen) : null;

    /// <summary>Carries out what has been decided about a task.</summary>
    public TaskSnapshot Carry(string owner, in FoundTask task, in Transition transition)
    {
        if (task.Work is { } work) return Work.Carry(new HeldWork(task.Row, work), transition).ToSnapshot(owner);
        var row = task.Row.Finish(transition.Task, RetentionNow);
        Session.Change(row);
        Aftermath.Note(row, work: null, task.Row.Follows);
        counters.CountFinished(counters.Owner(row.Owner), row.State);
        HasFinished = true;
        var final = row.ToSnapshot(owner);
        Effects.Add(new TaskEffect(row.State.ToEventKind(), row.Id, row.DueTick, final));
        return final;
    }

    private void Arm(TaskRow row) => EarliestDueTick = Math.Min(EarliestDueTick, Math.Min(row.DueTick, row.Timeout ?? long.MaxValue));
}
