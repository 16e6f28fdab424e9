using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

// What time does: tasks come due, finished ones are forgotten, and at the end the registry is drained.
internal sealed partial class MemoryTaskRegistry
{
    private TaskCompletionSource? _drained;

    /// <inheritdoc/>
    public TimeSpan Overdue
    {
        get
        {
            lock (_gate)
            {
                var left = _clock.Until(_wheel.NextTick);
                return left < TimeSpan.Zero ? -left : TimeSpan.Zero;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        Task drained;
        long pending;
        lock (_gate)
        {
            _closed = true;
            pending = _pending;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_pending == 0 || _clock.Until(_wheel.NextTick) > grace) _drained.TrySetResult();
            drained = _drained.Task;
        }

        if (grace > TimeSpan.Zero)
            await drained.WaitAsync(grace, _timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var cancelled = 0L;
        foreach (var owner in _owners.Values)
            cancelled += CancelMany(owner, group: null, new TaskError(TaskError.Shutdown, Detail: null));
        return new DrainSummary(pending - cancelled, cancelled);
    }

    /// <summary>Stops the clockwork.</summary>
    public void Dispose() => _alarm.Dispose();

    // The last step of every change, under the lock: the tick for which the alarm has to be set anew, if something comes due before it would ring.
    private long? SoonerTick()
    {
        var tick = Math.Min(_wheel.NextTick, NextForgetTick);
        if (tick >= _alarmTick) return null;
        return _alarmTick = tick;
    }

    // After every change, outside of the lock: the alarm is set, waiters are told.
    private void Settle(long? tick)
    {
        if (tick is { } sooner) _alarm.Set(sooner);
        _dispatcher.Dispatch();
    }

    private long NextForgetTick => _finished.Count == 0 ? long.MaxValue : _clock.FromSteady(_finished.OldestTick + (long)Math.Ceiling(_options.Retention.TotalMilliseconds));

    // Called by the alarm. Answers the tick at which it wants to be called next.
    private long Ring()
    {
        Span<long> due = stackalloc long[Portion];
        while (true)
        {
            bool more;
            long next;
            lock (_gate)
            {
                var elapsed = _clock.Elapsed;
                var now = EngineClock.TickAt(elapsed);
                more = _wheel.Step(now, due, out var count);
                if (count > 0) FinishDue(due[..count], elapsed);
                more |= ForgetExpired(now);
                next = Math.Min(_wheel.NextTick, NextForgetTick);
                _alarmTick = next;
            }

            _dispatcher.Dispatch();
            if (!more) return next;
        }
    }

    private void FinishDue(ReadOnlySpan<long> due, TimeSpan elapsed)
    {
        var (unixMilliseconds, now) = (_clock.UnixMilliseconds, _clock.SteadyTick);
        foreach (var sequence in due)
        {
            var timesOut = _table.Segment(sequence)!.Extras(sequence) is { TimesOut: true };
            var transition = Transitions.Decide(Facts(sequence), timesOut ? TaskCommand.TimeOut() : TaskCommand.ComeDue(), unixMilliseconds);
            if (transition.Task.State == TaskState.Completed)
            {
                var late = elapsed.Ticks - (_table.Entry(sequence).Timer.Tick * TimeSpan.TicksPerMillisecond);
                _lateness.Record(late / TimeSpan.TicksPerMicrosecond);
            }

            if (transition.IsChange) Finish(sequence, transition.Task, now, wanted: false);
        }
    }

    private bool ForgetExpired(long now)
    {
        for (var i = 0; NextForgetTick <= now; i++)
        {
            if (i == Portion) return true;
            ForgetOldest();
        }

        return false;
    }

    // What is pending now, in portions, so that the clock and other callers get their turn in between.
    private long CancelMany(OwnerTasks owner, string? group, TaskError error)
    {
        var cancelled = 0L;
        var last = _table.Last;
        for (var after = 0L; after < last;)
        {
            cancelled += CancelPortion(owner, group, error, last, ref after);
        }

        return cancelled;
    }

    private long CancelPortion(OwnerTasks owner, string? group, TaskError error, long last, ref long after)
    {
        Span<long> sequences = stackalloc long[Portion];
        var command = TaskCommand.Cancel(error);
        var cancelled = 0L;
        long? sooner;
        lock (_gate)
        {
            var count = CopyAfter(owner, new TaskQuery(TaskState.Pending, group, Name: null, After: null, Portion), after, sequences);
            after = count < sequences.Length ? last : sequences[^1];
            var (unixMilliseconds, tick) = (_clock.UnixMilliseconds, _clock.SteadyTick);
            foreach (var sequence in sequences[..count])
            {
                if (sequence > last || !IsMatch(owner, sequence, state: null)) continue;
                var transition = Transitions.Decide(Facts(sequence), command, unixMilliseconds);
                if (!transition.IsChange) continue;
                Finish(sequence, transition.Task, tick, wanted: false);
                cancelled++;
            }

            sooner = SoonerTick();
        }

        Settle(sooner);
        return cancelled;
    }
}
