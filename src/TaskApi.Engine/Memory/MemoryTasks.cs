using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>The tasks, and what happens to them, step by step. Everything is called with <see cref="Gate"/> held, but for the look-ups.</summary>
internal sealed class MemoryTasks
{
    /// <summary>How many tasks one hold of the lock handles at the most.</summary>
    public const int ChunkSize = 256;

    private readonly TimeProvider _timeProvider;
    private readonly EngineClock _clock;
    private readonly TaskPublisher _publisher;
    private readonly TaskTable _table = new();
    private readonly TaskNonces _nonces = new();
    private readonly WorkAtOnce _atOnce;

    /// <param name="options">The bounds.</param>
    /// <param name="workOptions">The bounds of work.</param>
    /// <param name="timeProvider">The wall clock.</param>
    /// <param name="clock">The clock that decides.</param>
    /// <param name="publisher">Is told of what happens.</param>
    /// <param name="observer">Is told what becomes of work; null for nobody.</param>
    /// <param name="body">Writes what callbacks tell; null where there are none.</param>
    public MemoryTasks(TaskOptions options, WorkOptions workOptions, TimeProvider timeProvider, EngineClock clock, TaskPublisher publisher, IWorkObserver? observer, ICallbackBody? body)
    {
        (_timeProvider, _clock, _publisher) = (timeProvider, clock, publisher);
        (Capacity, Timers, Lookup) = (new TaskCapacity(options), new TaskTimers(_table, clock), new TaskLookup(_table, Owners, clock));
        Callbacks = new MemoryCallbacks(this, body);
        Finished = new FinishedTasks(_table, Owners, Capacity, options, clock, Callbacks);
        (Marks, Work) = (new RerunMarks(_table, Lookup, Capacity), new WorkTasks(this, _table, publisher, clock, workOptions, observer));
        HandOut = new WorkHandOut(Work, clock);
        (Uniques, _atOnce, Watches) = (new UniqueTasks(this, clock), new WorkAtOnce(this), new TaskWatches(_table, Lookup, Capacity));
        (Creation, Aftermath) = (new AfterCreation(this, clock), new MemoryAftermath(this, _table, publisher, clock));
    }

    /// <summary>Held for well under a microsecond a task.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whose the tasks are.</summary>
    public OwnerTable Owners { get; } = new();

    /// <summary>Finds tasks, without the lock.</summary>
    public TaskLookup Lookup { get; }

    /// <summary>How many there are, and may be.</summary>
    public TaskCapacity Capacity { get; }

    /// <summary>The number of the newest task.</summary>
    public long Last => _table.Last;

    /// <summary>What time does to those that aren't done.</summary>
    public TaskTimers Timers { get; }

    /// <summary>What happens to those with work.</summary>
    public WorkTasks Work { get; }

    /// <summary>Those that are to be the only ones with their keys.</summary>
    public UniqueTasks Uniques { get; }

    /// <summary>Creates those that wait for others.</summary>
    public AfterCreation Creation { get; }

    /// <summary>What follows when they are done.</summary>
    public MemoryAftermath Aftermath { get; }

    /// <summary>What is called then.</summary>
    public MemoryCallbacks Callbacks { get; }

    /// <summary>What to await of them.</summary>
    public TaskWatches Watches { get; }

    /// <summary>Which of them have been run again.</summary>
    public RerunMarks Marks { get; }

    /// <summary>Hands those with work to who runs them.</summary>
    public WorkHandOut HandOut { get; }

    /// <summary>When the clock has something to do next; <see cref="long.MaxValue"/> if it hasn't.</summary>
    public long NextTick => Aftermath.HasMore || Work.Ready.HasFilled ? _clock.Tick : Math.Min(Math.Min(Timers.NextTick, Finished.NextForgetTick), Work.Ready.Bounds.NextTick);

    /// <summary>Those that are done.</summary>
    public FinishedTasks Finished { get; }

    /// <summary>The tick that a task's timer was armed for, and what it has besides its entry.</summary>
    public (long Tick, TaskExtras? Extras) Timer(long sequence)
    {
        var segment = _table.Segment(sequence)!;
        return (segment.Entry(sequence).Timer.Tick, segment.Extras(sequence));
    }

    /// <summary>What a task with work has besides its entry; null for a delayed message.</summary>
    public WorkState? FindWork(long sequence) => _table.Segment(sequence)!.Extras(sequence) as WorkState;

    /// <summary>Counts a transition of a task with work to a state that isn't final.</summary>
    public void CountTransition(long sequence, TaskState from, TaskState to)
    {
        var segment = _table.Segment(sequence)!;
        segment.CountTransition(from, to);
        Owners.Find(segment.Entry(sequence).Owner).CountTransition(from, to);
        Capacity.CountRunning(from, to);
    }

    /// <summary>Creates a task, for which <see cref="TaskCapacity.Reserve"/> has made room; one that waits for others by way of <see cref="Creation"/>.</summary>
    public WatchedTask Add(string ownerName, TaskSpec task, bool watch, AfterStart? after = null)
    {
        var owner = Owners.Ensure(ownerName);
        var now = _timeProvider.GetUtcNow();
        var createdAt = now.ToUnixTimeMilliseconds();
        var due = DueTime.Of(task.Schedule, _clock, now);

        var extras = task.Work is { } asked ? Work.Make(owner, asked, task.TimeoutSeconds)
            : watch || task.Name is not null || task.Group is not null || task.TimeoutSeconds is not null || task.Callback is not null ? new TaskExtras() : null;
        if (extras is not null)
        {
            (extras.Name, extras.Group, extras.Completion) = (task.Name, task.Group, watch ? new TaskCompletion() : null);
            if (task.TimeoutSeconds is { } seconds) extras.TimeoutTick = _clock.TickAfter(EngineClock.ToTime(seconds));
        }

        var work = extras as WorkState;
        var sequence = _table.Last + 1;
        ref var entry = ref work is null ? ref _table.Add(task.Message, extras) : ref _table.Add(work.Input is null ? task.Work!.Input.Span : default, work);
        entry.IdTime = Lookup.Backward.Note(sequence, createdAt);
        entry.CreatedAt = createdAt;
        entry.Nonce = _nonces.Next();
        entry.Owner = owner.Ordinal;
        entry.DueAt = due.At;
        entry.DelaySeconds = due.DelaySeconds;
        owner.Add(sequence, task.Name, task.Group);
        if (work is { Kind.RunsAtOnce: true }) _atOnce.Begin(work, ref entry);
        if (task.Callback is { } callback) Callbacks.Add(sequence, extras!, callback);
        if (after is not null) Aftermath.Begin(work!, ref entry, task.Schedule, after);
        Capacity.Bytes += TaskWeight.Of(in entry, extras);
        if (work is null) Timers.ArmDue(sequence, due.Tick, extras);
        entry.Publish();

        var snapshot = work is null ? Lookup.Snapshot(sequence, in entry, default, extras, task.Message) : Lookup.Read(sequence)!;
        _publisher.Publish(TaskEventKind.Created, snapshot);
        if (work is not null) Uniques.Add(work);
        if (work is { Kind.RunsAtOnce: true }) snapshot = _atOnce.Arm(work, snapshot);
        else if (work is not null && !Aftermath.Hold(work)) Work.Wait(work, due.At, due.Tick, createdAt);
        return new WatchedTask(snapshot, extras?.Completion);
    }

    /// <summary>Changes a pending task, as has been decided.</summary>
    /// <param name="sequence">The task's number.</param>
    /// <param name="dueAt">When it is due, in Unix milliseconds.</param>
    /// <param name="due">The same as it was asked for; null if it stays.</param>
    /// <param name="change">What was asked for.</param>
    /// <param name="now">In Unix milliseconds.</param>
    /// <returns>The task after it.</returns>
    public TaskSnapshot Change(long sequence, long dueAt, in DueTime? due, TaskRevision change, long now)
    {
        var message = change.Message;
        var segment = _table.Segment(sequence)!;
        var extras = message is null ? segment.Extras(sequence) : segment.EnsureExtras(sequence);
        ref var entry = ref segment.Entry(sequence);
        entry.BeginChange();
        var weight = extras is null ? 0 : TaskWeight.Of(in entry, extras);
        if (message is not null) extras!.Message = message;
        if (due is { } changed) (entry.DueAt, entry.DelaySeconds) = (dueAt, changed.DelaySeconds);
        if (extras is WorkState work)
        {
            Work.Revise(work, dueAt, MemoryAftermath.Postpone(work, ref entry, change) ? null : due, change, now);
        }
        else if (due is { } other)
        {
            Timers.Disarm(sequence);
            Timers.ArmDue(sequence, other.Tick, extras);
        }

        if (extras is not null) Capacity.Bytes += TaskWeight.Of(in entry, extras) - weight;
        entry.EndChange();
        var snapshot = Lookup.Read(sequence)!;
        _publisher.Publish(TaskEventKind.Rescheduled, snapshot);
        return snapshot;
    }

    /// <summary>What decides about a task that is there.</summary>
    public TaskFacts Facts(long sequence)
    {
        var segment = _table.Segment(sequence)!;
        ref var entry = ref segment.Entry(sequence);
        if (segment.HasWork && segment.Extras(sequence) is WorkState work) return work.Facts(in entry);
        var outcome = entry.Outcome;
        return new TaskFacts { State = outcome.State, CreatedAt = entry.CreatedAt, DueAt = entry.DueAt, FinishedAt = outcome.FinishedAt };
    }

    /// <summary>Carries out what has been decided about a task.</summary>
    /// <param name="sequence">The task's number.</param>
    /// <param name="transition">A change.</param>
    /// <param name="now">When.</param>
    /// <param name="wanted">True to get the task.</param>
    /// <returns>The task, if <paramref name="wanted"/> or if somebody else wants it.</returns>
    public TaskSnapshot? Carry(long sequence, in Transition transition, in Moment now, bool wanted) =>
        transition.Task.Retry is null ? Finish(sequence, transition.Task, now.Steady, wanted) : Work.Carry(FindWork(sequence)!, transition, now, wanted);

    /// <summary>Brings a task to the final state that has been decided. Of one with work that is the end of a change of its entry.</summary>
    /// <param name="sequence">The task's number.</param>
    /// <param name="final">The task as it is from now on.</param>
    /// <param name="tick">The steady tick at which it finishes.</param>
    /// <param name="wanted">True to get the task.</param>
    /// <returns>The task, if <paramref name="wanted"/> or if somebody else wants it.</returns>
    public TaskSnapshot? Finish(long sequence, in TaskFacts final, long tick, bool wanted)
    {
        var segment = _table.Segment(sequence)!;
        if (final.Error is { } error && error != TaskErrors.CancelledPlainly)
        {
            segment.EnsureExtras(sequence).Error = error;
            Capacity.Bytes += TaskWeight.Of(error);
        }

        var extras = segment.Extras(sequence);
        ref var entry = ref segment.Entry(sequence);
        var before = entry.Outcome.State;
        var outcome = new TaskOutcome(final.State, final.FinishedAt);
        if (!entry.TryFinish(outcome)) throw new InvalidOperationException("A final state does not change.");
        var work = extras as WorkState;
        if (work is not null) entry.EndChange();

        Timers.Disarm(sequence);
        segment.CountTransition(before, final.State);
        Owners.Find(entry.Owner).CountTransition(before, final.State);
        if (work is not null) Capacity.CountRunning(before, final.State);
        if (work is not null) Uniques.Remove(work);
        if (extras is { Follows: not FollowUps.None } or WorkState { After.Left: > 0 }) Aftermath.Note(sequence, extras, final.State);
        Capacity.CountFinish();

        var snapshot = !wanted && !_publisher.Wants(extras?.Completion) ? null
            : work is not null ? Lookup.Read(sequence)
            : Lookup.Snapshot(sequence, in entry, outcome, extras, segment.Message(in entry, extras));
        _publisher.Finished(final.State, extras?.Completion, snapshot);
        if (extras?.Completion is not null)
        {
            // Those who wait have it. Whoever comes from now on finds the final state.
            extras.Completion = null;
            Capacity.Bytes -= TaskWeight.Completion;
            segment.TrimExtras(sequence);
        }

        Finished.Add(sequence, final.State, tick);
        return snapshot;
    }
}
