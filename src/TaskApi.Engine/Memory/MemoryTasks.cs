using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>The tasks, and what happens to them, step by step. Everything is called with <see cref="Gate"/> held, but for the look-ups.</summary>
internal sealed class MemoryTasks
{
    /// <summary>How many tasks one hold of the lock handles at the most.</summary>
    public const int ChunkSize = 256;

    private readonly TaskOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly EngineClock _clock;
    private readonly TaskPublisher _publisher;
    private readonly TaskTable _table = new();
    private readonly TimerWheel<TableNodes> _wheel;
    private readonly FinishedQueue<TableNodes> _finished;
    private readonly TaskNonces _nonces = new();
    private long _lastIdTime;

    /// <param name="options">The bounds.</param>
    /// <param name="timeProvider">The wall clock.</param>
    /// <param name="clock">The clock that decides.</param>
    /// <param name="publisher">Is told of what happens.</param>
    public MemoryTasks(TaskOptions options, TimeProvider timeProvider, EngineClock clock, TaskPublisher publisher)
    {
        (_options, _timeProvider, _clock, _publisher) = (options, timeProvider, clock, publisher);
        _wheel = new TimerWheel<TableNodes>(new TableNodes(_table));
        _finished = new FinishedQueue<TableNodes>(new TableNodes(_table));
        Capacity = new TaskCapacity(options);
        Lookup = new TaskLookup(_table, Owners, clock);
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

    /// <summary>When the next task comes due; <see cref="long.MaxValue"/> if none is pending.</summary>
    public long NextDueTick => _wheel.NextTick;

    /// <summary>When the next task is to be forgotten; <see cref="long.MaxValue"/> if none is done.</summary>
    public long NextForgetTick => _finished.Count == 0 ? long.MaxValue : _clock.FromSteady(_finished.OldestTick + (long)Math.Ceiling(_options.Retention.TotalMilliseconds));

    /// <summary>Takes out the tasks that are due, as many as fit.</summary>
    /// <returns>True if there may be more.</returns>
    public bool TakeDue(long now, Span<long> due, out int count) => _wheel.Step(now, due, out count);

    /// <summary>The tick that a task's timer is armed for; true if it is its time limit and not its due time.</summary>
    public bool TimesOut(long sequence, out long tick)
    {
        tick = _table.Entry(sequence).Timer.Tick;
        return _table.Segment(sequence)!.Extras(sequence) is { TimesOut: true };
    }

    /// <summary>A task that is there, with the completion to await if it isn't done.</summary>
    public WatchedTask Watch(long sequence)
    {
        var segment = _table.Segment(sequence)!;
        var completion = segment.Entry(sequence).Outcome.IsDone ? null : EnsureCompletion(segment.EnsureExtras(sequence));
        return new WatchedTask(Lookup.Read(sequence)!, completion);
    }

    /// <summary>Creates a task, for which <see cref="TaskCapacity.Reserve"/> has made room.</summary>
    public WatchedTask Add(string ownerName, TaskSpec task, bool watch)
    {
        var owner = Owners.Ensure(ownerName);
        var now = _timeProvider.GetUtcNow();
        var createdAt = now.ToUnixTimeMilliseconds();
        var due = DueTime.Of(task.Schedule, _clock, now);
        _lastIdTime = Math.Max(_lastIdTime, createdAt);

        TaskExtras? extras = null;
        if (watch || task.Name is not null || task.Group is not null || task.TimeoutSeconds is not null)
        {
            extras = new TaskExtras
            {
                Name = task.Name,
                Group = task.Group,
                Completion = watch ? new TaskCompletion() : null,
                TimeoutTick = task.TimeoutSeconds is { } seconds ? _clock.TickAfter(EngineClock.ToTime(seconds)) : 0,
            };
        }

        ref var entry = ref _table.Add(task.Message, extras, out var sequence);
        entry.IdTime = _lastIdTime;
        entry.CreatedAt = createdAt;
        entry.Nonce = _nonces.Next();
        entry.Owner = owner.Ordinal;
        entry.DueAt = due.At;
        entry.DelaySeconds = due.DelaySeconds;
        owner.Add(sequence, task.Name, task.Group);
        Capacity.Bytes += TaskWeight.Of(in entry, extras);
        Arm(sequence, due.Tick, extras);
        entry.Publish();

        var snapshot = Lookup.Snapshot(sequence, in entry, default, extras, task.Message);
        _publisher.Publish(TaskEventKind.Created, snapshot);
        return new WatchedTask(snapshot, extras?.Completion);
    }

    /// <summary>Changes a pending task, as has been decided.</summary>
    /// <param name="sequence">The task's number.</param>
    /// <param name="dueAt">When it is due, in Unix milliseconds.</param>
    /// <param name="due">The same as it was asked for; null if it stays.</param>
    /// <param name="message">The new message; null if it stays.</param>
    /// <returns>The task after it.</returns>
    public TaskSnapshot Change(long sequence, long dueAt, in DueTime? due, string? message)
    {
        var segment = _table.Segment(sequence)!;
        var extras = message is null ? segment.Extras(sequence) : segment.EnsureExtras(sequence);
        ref var entry = ref segment.Entry(sequence);
        entry.BeginChange();
        if (message is not null)
        {
            Capacity.Bytes -= TaskWeight.Of(in entry, extras);
            extras!.Message = message;
            Capacity.Bytes += TaskWeight.Of(in entry, extras);
        }

        if (due is { } changed)
        {
            entry.DueAt = dueAt;
            entry.DelaySeconds = changed.DelaySeconds;
            _wheel.Disarm(sequence);
            Arm(sequence, changed.Tick, extras);
        }

        entry.EndChange();
        var snapshot = Lookup.Read(sequence)!;
        _publisher.Publish(TaskEventKind.Rescheduled, snapshot);
        return snapshot;
    }

    /// <summary>The id of a task that is there.</summary>
    public Guid IdOf(long sequence)
    {
        ref var entry = ref _table.Entry(sequence);
        return new TaskId(entry.IdTime, sequence, entry.Nonce).ToGuid();
    }

    /// <summary>What decides about a task that is there.</summary>
    public TaskFacts Facts(long sequence)
    {
        ref var entry = ref _table.Entry(sequence);
        var outcome = entry.Outcome;
        return new TaskFacts { State = outcome.State, CreatedAt = entry.CreatedAt, DueAt = entry.DueAt, FinishedAt = outcome.FinishedAt };
    }

    /// <summary>Brings a task to the final state that has been decided.</summary>
    /// <param name="sequence">The task's number.</param>
    /// <param name="final">The task as it is from now on.</param>
    /// <param name="tick">The steady tick at which it finishes.</param>
    /// <param name="wanted">True to get the task.</param>
    /// <returns>The task, if <paramref name="wanted"/> or if somebody else wants it.</returns>
    public TaskSnapshot? Finish(long sequence, in TaskFacts final, long tick, bool wanted)
    {
        var segment = _table.Segment(sequence)!;
        if (final.Error is { } error && error != TaskError.CancelledPlainly)
        {
            segment.EnsureExtras(sequence).Error = error;
            Capacity.Bytes += TaskWeight.Of(error);
        }

        var extras = segment.Extras(sequence);
        ref var entry = ref segment.Entry(sequence);
        var before = entry.Outcome.State;
        var outcome = new TaskOutcome(final.State, final.FinishedAt);
        if (!entry.TryFinish(outcome)) throw new InvalidOperationException("A final state does not change.");

        _wheel.Disarm(sequence);
        segment.CountTransition(before, final.State);
        Owners.Find(entry.Owner).CountTransition(before, final.State);
        Capacity.CountFinish();

        var snapshot = wanted || _publisher.Wants(extras?.Completion)
            ? Lookup.Snapshot(sequence, in entry, outcome, extras, segment.Message(in entry, extras))
            : null;
        _publisher.Finished(final.State, extras?.Completion, snapshot);
        if (extras?.Completion is not null)
        {
            // Those who wait have it. Whoever comes from now on finds the final state.
            extras.Completion = null;
            Capacity.Bytes -= TaskWeight.Completion;
            segment.TrimExtras(sequence);
        }

        _finished.Add(sequence, tick);
        if (_finished.Count > _options.MaxFinished) ForgetOldest();
        return snapshot;
    }

    /// <summary>Forgets the task that finished first; there must be one.</summary>
    public void ForgetOldest()
    {
        var sequence = _finished.TakeOldest();
        var segment = _table.Segment(sequence)!;
        var extras = segment.Extras(sequence);
        Capacity.Bytes -= TaskWeight.Of(in segment.Entry(sequence), extras);
        Owners.Find(segment.Entry(sequence).Owner).Forget(sequence, extras);
        _table.Forget(sequence);
    }

    private TaskCompletion EnsureCompletion(TaskExtras extras)
    {
        if (extras.Completion is { } present) return present;
        Capacity.Bytes += TaskWeight.Completion;
        return extras.Completion = new TaskCompletion();
    }

    // One timer serves both: it is armed for the due time or, if that comes first, the timeout.
    private void Arm(long sequence, long dueTick, TaskExtras? extras)
    {
        var tick = dueTick;
        if (extras is not null)
        {
            extras.TimesOut = extras.TimeoutTick != 0 && Transitions.TimesOutFirst(dueTick, extras.TimeoutTick);
            if (extras.TimesOut) tick = extras.TimeoutTick;
        }

        _wheel.Arm(sequence, tick, _clock.Tick);
    }
}
