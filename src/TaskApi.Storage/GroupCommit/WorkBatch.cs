using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What one transaction does to tasks with work: each step is decided by <see cref="Transitions"/>, and written down row by row. For the writer alone.</summary>
/// <param name="batch">What it does to tasks.</param>
/// <param name="counters">The numbers and counts.</param>
/// <param name="clock">The run's clock.</param>
/// <param name="options">The bounds of work.</param>
/// <param name="book">What is set of queues.</param>
/// <param name="isObserved">True if somebody wants to know of each start and end.</param>
internal sealed class WorkBatch(WriteBatch batch, ICounters counters, RunClock clock, WorkOptions options, QueueBook book, bool isObserved)
{
    private readonly long _grace = (long)Math.Ceiling(options.CancelGrace.TotalMilliseconds);
    private readonly AttemptEnds _ends = new();
    private readonly WorkAlarms _alarms = new(batch, clock);

    /// <summary>What to tell when it is on disk.</summary>
    public WorkNews News { get; } = new(isObserved);

    /// <summary>What it does to queues.</summary>
    public QueueBatch Queues => field ??= new QueueBatch(batch, this, counters, options, book);

    /// <summary>The earliest that time does something to a task of which the transaction says so, on the run's clock.</summary>
    public long EarliestAlarm { get; private set; }

    /// <summary>True if there is something to write down.</summary>
    public bool IsChanged { get; set; }

    /// <summary>The statements.</summary>
    public IWorkStatements Statements => batch.Session.Work!;

    /// <summary>Of which progress it tells.</summary>
    public ProgressPacer Progress { get; } = new();

    /// <summary>When progress is to be told of next, on the run's clock.</summary>
    public long NextProgress => clock.FromRetention(Progress.Next);

    /// <summary>Starts anew.</summary>
    public void Begin()
    {
        EarliestAlarm = long.MaxValue;
        IsChanged = false;
        News.Clear();
        Queues.Tally.Clear();
    }

    /// <summary>Nobody could renew a lease until now: the service has just started, or couldn't write. In a transaction, or before the first.</summary>
    public void Extend(IWorkStatements statements)
    {
        _alarms.Since = clock.RetentionNow;
        statements.Extend(_alarms.Since);
        IsChanged = true;
    }

    /// <summary>A task, if it has work and is the owner's; a null owner is anybody.</summary>
    public HeldWork? Find(string? owner, Guid id) =>
        TaskId.TryParse(id, out var taskId) && Statements.Find(taskId.Sequence) is { } held && held.Task.Has(taskId) && IsOf(owner, held.Task) ? held : null;

    /// <summary>Writes down the work of a task that has just been inserted.</summary>
    public WorkRow Create(TaskRow task, OwnerCounts owner, TaskSpec spec, AfterStart? after)
    {
        var work = NewWork.Of(task, spec, after, batch.Run - batch.Wall);
        work = work with { Alarm = _alarms.AlarmOf(task, work), Ready = work.IsReady ? Queues.ReadyIn(work) : null };
        NewRuns.Insert(Statements, counters, work, owner);
        Note(work);
        Queues.Tally.Add(work, QueueTally.Place(work));
        if (work.IsReady) CountReady(work, owner, 1);
        return work;
    }

    /// <summary>What becomes of a task.</summary>
    public Transition Decide(in HeldWork held, in TaskCommand command) => Transitions.Decide(held.Facts, command, batch.Wall);

    /// <summary>Writes down the work of a task, after a change that is no transition.</summary>
    public HeldWork Change(in HeldWork held, WorkRow work)
    {
        work = work with { Alarm = _alarms.AlarmOf(held.Task, work) };
        Statements.Change(work);
        Note(work);
        return held with { Work = work };
    }

    /// <summary>Carries out what has been decided about a task.</summary>
    /// <param name="held">The task.</param>
    /// <param name="transition">A change.</param>
    /// <param name="told">The outcome that whoever runs it has told, who needn't be told of it; null for what comes from elsewhere.</param>
    public HeldWork Carry(in HeldWork held, in Transition transition, in WorkOutcome? told = null)
    {
        var after = transition.Task;
        if (after.State == TaskState.Running) return Request(held, after.CancelRequest!);
        if (Progress.End(held.Work.Sequence)) Tell(TaskEventKind.Progress, held);

        var work = (held.Work.IsRunning ? EndAttempt(held, transition, told) : held.Work) with
        {
            Version = held.Work.Version + 1,
            Attempt = after.Attempt,
            Errors = after.Errors,
            Losses = after.Losses,
            Due = after.DueAt,
            Ready = null,
        };
        if (transition.IsDue)
        {
            work = work with { DueOffset = Math.Min(work.DueOffset, batch.Run - after.DueAt), Ready = Queues.ReadyIn(work) };
        }
        else if (!after.State.IsDone())
        {
            var wait = TimeSpan.FromMilliseconds(Math.Max(0, after.DueAt - batch.Wall));
            work = work with { DueOffset = clock.After(wait) - Math.Max(after.DueAt, batch.Wall), Ready = after.DueAt <= batch.Wall ? Queues.ReadyIn(work) : null };
        }

        Count(held.Work, work, after.State.IsDone());
        if (after.State.IsDone()) return Finish(held, work, after, told);
        var pending = Change(held, work);
        Tell(TaskEventKind.Retrying, pending, transition.AttemptError);
        return pending;
    }

    /// <summary>What time does to a task, if it hasn't yet.</summary>
    public HeldWork Check(HeldWork held)
    {
        while (!held.Task.State.IsDone())
        {
            if (held.Work is { IsRunning: false, IsReady: false } && held.Work.DueTick <= batch.Run && !Transitions.TimesOutFirst(held.Work.DueTick, WorkAlarms.TimeoutOf(held.Task)))
            {
                var work = held.Work with { Ready = Queues.ReadyIn(held.Work) };
                Count(held.Work, work);
                held = Change(held, work);
            }
            else if (_alarms.Passed(held) is { } command && Decide(held, command) is { IsChange: true } transition)
            {
                held = Carry(held, transition);
            }
            else
            {
                break;
            }
        }

        return held;
    }

    /// <summary>Writes a sign of life down; answers its number.</summary>
    public long SaveBeat(BeatRow row)
    {
        IsChanged = true;
        EarliestAlarm = Math.Min(EarliestAlarm, clock.FromRetention(row.Until));
        return Statements.SaveBeat(row);
    }

    /// <summary>A running coroutine says how far it has come.</summary>
    /// <param name="held">The task, its work not written down yet.</param>
    public void TellProgress(in HeldWork held)
    {
        if (Progress.Tell(held.Work.Sequence, batch.RetentionNow)) Tell(TaskEventKind.Progress, held);
        EarliestAlarm = Math.Min(EarliestAlarm, NextProgress);
    }

    /// <summary>Tells of progress that had to wait.</summary>
    public void TellOwed()
    {
        if (Progress.Take(batch.RetentionNow) is not { Count: > 0 } owed) return;
        foreach (var found in Statements.Look(owed))
            if (found.Work.IsRunning) Tell(TaskEventKind.Progress, found);
    }

    /// <summary>Notes what becomes of a task, to be told when it is on disk.</summary>
    public void Tell(TaskEventKind kind, in HeldWork held, TaskError? attemptError = null)
    {
        var task = batch.IsWanted(held.Task.Id, kind) ? held.ToSnapshot(counters.Owner(held.Task.Owner).Name) : null;
        batch.Effects.Add(new TaskEffect(kind, held.Task.Id, held.Work.DueTick, task, IsOfWork: true, attemptError));
    }

    /// <summary>Counts where a task stands now, and tells of it if its turn can come.</summary>
    public void Count(WorkRow before, WorkRow after, bool isDone = false)
    {
        Queues.Count(before, after, isDone);
        if (after.IsReady && before.IsReady && (after.Priority, after.Due) != (before.Priority, before.Due)) News.NoteMoved(after);
        if (before.IsReady == after.IsReady) return;
        CountReady(after, counters.Owner(after.Owner), after.IsReady ? 1 : -1);
    }

    private void CountReady(WorkRow work, OwnerCounts owner, int by)
    {
        counters.CountReady(owner, work.Queue, work.Type, by);
        if (by > 0) News.AddReady(work, batch.Wall);
    }

    private bool IsOf(string? owner, TaskRow task) => owner is null || (counters.Find(owner) is { } counts && counts.Id == task.Owner);

    private HeldWork Request(in HeldWork held, TaskError error)
    {
        // A gather waits for its members, each of which has a time of its own.
        var isGather = held.Work.Type == WorkTypes.Gather;
        var asked = Change(held, held.Work with
        {
            Version = held.Work.Version + 1,
            Reason = error.Reason,
            Detail = error.Detail,
            GraceUntil = isGather ? null : batch.RetentionNow + _grace,
            GraceAt = isGather ? null : batch.Wall + _grace,
        });
        if (isGather) batch.Aftermath.Note(held.Task.Id, TaskState.Running, held.Task.Follows & FollowUps.OfGathers & ~FollowUps.Member);
        else News.Told.Add(new AttemptNews(held.Token, new CancelNotice(held.Token, error, EngineClock.ToInstant(asked.Work.GraceAt!.Value)), held.Work.Sequence));
        Tell(TaskEventKind.Cancelling, asked);
        return asked;
    }

    private WorkRow EndAttempt(in HeldWork held, in Transition transition, in WorkOutcome? told)
    {
        var work = held.Work;
        var owner = counters.Owner(work.Owner);
        counters.CountRunning(owner, -1);
        if (transition.Ended == AttemptOutcome.Lost) counters.CountLost(owner);
        if (transition is { Ended: AttemptOutcome.Failed, Task.State: TaskState.Pending }) counters.CountRetried(owner);
        News.AddEnded(work, transition, batch.Wall - work.Started!.Value);
        // Who gives back what never reached it says nothing of its end, and needn't be told.
        if (told is null && !AttemptEnds.IsReturned(held, transition)) News.Told.Add(new AttemptNews(held.Token, Cancel: null, work.Sequence));
        return _ends.End(held, transition, batch.Wall, told);
    }

    private HeldWork Finish(in HeldWork held, WorkRow work, in TaskFacts final, in WorkOutcome? told)
    {
        var error = final.Error == TaskErrors.CancelledPlainly ? null : final.Error;
        if (work.AfterLeft > 0) batch.Waits.Leave(work);
        var result = told is { Kind: WorkOutcomeKind.Result } returned ? returned.Result.ToArray() : null;
        var done = new HeldWork(
            held.Task with { State = final.State, Finished = final.FinishedAt, FinishedOffset = batch.RetentionNow - final.FinishedAt, Follows = held.Task.Follows & FollowUps.Callback },
            work with { Reason = error?.Reason, Detail = error?.Detail, Result = result, Alarm = null, UniqueKey = null, AfterLeft = null });
        Statements.Change(done.Work);
        Statements.Finish(done.Task);
        IsChanged = true;
        batch.NoteFinished(done.Task);
        batch.Aftermath.Note(done.Task, done.Work, held.Task.Follows);
        Tell(final.State.ToEventKind(), done);
        return done;
    }

    private void Note(WorkRow work)
    {
        IsChanged = true;
        if (work.Alarm is { } alarm) EarliestAlarm = Math.Min(EarliestAlarm, alarm);
    }
}
