using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

// What happens to a task, step by step. Everything here is called under the lock.
internal sealed partial class MemoryTaskRegistry
{
    /// <summary>How many tasks one hold of the lock handles at the most.</summary>
    private const int Portion = 256;

    private OwnerTasks EnsureOwner(string owner)
    {
        if (_owners.TryGetValue(owner, out var present)) return present;
        var added = new OwnerTasks(owner, (ushort)_ownersByOrdinal.Length);
        _ownersByOrdinal = [.. _ownersByOrdinal, added];
        return _owners[owner] = added;
    }

    // The task already counts as pending.
    private WatchedTask Add(OwnerTasks owner, TaskSpec task, bool watch)
    {
        var now = _timeProvider.GetUtcNow();
        var createdAt = now.ToUnixTimeMilliseconds();
        var due = Resolve(task.Schedule, now);
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
        _bytes += TaskWeight.Of(in entry, extras);
        Arm(sequence, due.Tick, extras);
        entry.Publish();

        var snapshot = Snapshot(sequence, in entry, default, extras, task.Message);
        Publish(TaskEventKind.Created, snapshot);
        return new WatchedTask(snapshot, extras?.Completion);
    }

    private void Change(long sequence, long dueAt, in DueTime? due, string? message)
    {
        var segment = _table.Segment(sequence)!;
        var extras = message is null ? segment.Extras(sequence) : segment.EnsureExtras(sequence);
        ref var entry = ref segment.Entry(sequence);
        entry.BeginChange();
        if (message is not null)
        {
            _bytes -= TaskWeight.Of(in entry, extras);
            extras!.Message = message;
            _bytes += TaskWeight.Of(in entry, extras);
        }

        if (due is { } changed)
        {
            entry.DueAt = dueAt;
            entry.DelaySeconds = changed.DelaySeconds;
            _wheel.Disarm(sequence);
            Arm(sequence, changed.Tick, extras);
        }

        entry.EndChange();
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

    // Instants are whole milliseconds, so delays and due times are rounded up to them: nothing completes early.
    private DueTime Resolve(TaskSchedule schedule, DateTimeOffset now)
    {
        var nowMilliseconds = now.ToUnixTimeMilliseconds();
        if (schedule.DueAt is not { } dueAt)
        {
            var delay = EngineClock.ToTime(schedule.DelaySeconds);
            return new DueTime(nowMilliseconds + (delay.Ticks / TimeSpan.TicksPerMillisecond), _clock.TickAfter(delay), schedule.DelaySeconds);
        }

        var at = dueAt.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds();
        var left = EngineClock.ToInstant(at) - now;
        if (left < TimeSpan.Zero) left = TimeSpan.Zero;
        return new DueTime(at, _clock.TickAfter(left), Math.Max(0, at - nowMilliseconds) / 1000.0);
    }

    // What decides about a task that is there.
    private TaskFacts Facts(long sequence)
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
    private TaskSnapshot? Finish(long sequence, in TaskFacts final, long tick, bool wanted)
    {
        var segment = _table.Segment(sequence)!;
        if (final.Error is { } error && error != TaskError.CancelledPlainly)
        {
            segment.EnsureExtras(sequence).Error = error;
            _bytes += TaskWeight.Of(error);
        }

        var extras = segment.Extras(sequence);
        ref var entry = ref segment.Entry(sequence);
        var before = entry.Outcome.State;
        var outcome = new TaskOutcome(final.State, final.FinishedAt);
        if (!entry.TryFinish(outcome)) throw new InvalidOperationException("A final state does not change.");

        _wheel.Disarm(sequence);
        segment.CountTransition(before, final.State);
        _ownersByOrdinal[entry.Owner].CountTransition(before, final.State);
        _pending--;
        if (_pending == 0) _drained?.TrySetResult();

        TaskSnapshot? snapshot = null;
        var logged = _logger.IsEnabled(LogLevel.Debug);
        if (wanted || logged || extras?.Completion is not null || Events.IsRecording)
            snapshot = Snapshot(sequence, in entry, outcome, extras, segment.Message(in entry, extras));
        if (logged || extras?.Completion is not null) _dispatcher.Enqueue(extras?.Completion, snapshot!);
        Publish(final.State.ToEventKind(), snapshot);
        if (extras?.Completion is not null)
        {
            // Those who wait have it. Whoever comes from now on finds the final state.
            extras.Completion = null;
            _bytes -= TaskWeight.Completion;
            segment.TrimExtras(sequence);
        }

        _finished.Add(sequence, tick);
        if (_finished.Count > _options.MaxFinished) ForgetOldest();
        return snapshot;
    }

    private void Publish(TaskEventKind kind, TaskSnapshot? snapshot)
    {
        if (snapshot is null || !Events.IsRecording)
        {
            Events.Skip();
            return;
        }

        Events.Append(kind, snapshot);
        _dispatcher.NoteEvent();
    }

    private void ForgetOldest()
    {
        var sequence = _finished.TakeOldest();
        var segment = _table.Segment(sequence)!;
        var extras = segment.Extras(sequence);
        _bytes -= TaskWeight.Of(in segment.Entry(sequence), extras);
        _ownersByOrdinal[segment.Entry(sequence).Owner].Forget(sequence, extras);
        _table.Forget(sequence);
    }
}
