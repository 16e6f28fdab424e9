using TaskApi.Engine.Completions;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>What time does: tasks come due, and finished ones are forgotten. Thread-safe but where it says otherwise.</summary>
internal sealed class MemoryClockwork : IDisposable
{
    private readonly MemoryTasks _tasks;
    private readonly EngineClock _clock;
    private readonly CompletionDispatcher _dispatcher;
    private readonly LatenessHistogram _lateness;
    private readonly IAlarm _alarm;
    private long _alarmTick = long.MaxValue;

    /// <param name="tasks">The tasks.</param>
    /// <param name="timeProvider">Time, real or a test's.</param>
    /// <param name="clock">The clock that decides.</param>
    /// <param name="dispatcher">Tells those who wait.</param>
    /// <param name="measurements">Where lateness is recorded; null for nowhere.</param>
    public MemoryClockwork(MemoryTasks tasks, TimeProvider timeProvider, EngineClock clock, CompletionDispatcher dispatcher, Measurements? measurements)
    {
        (_tasks, _clock, _dispatcher, _lateness) = (tasks, clock, dispatcher, new LatenessHistogram(measurements));
        _alarm = timeProvider == TimeProvider.System ? new ThreadAlarm(clock, Ring) : new TimerAlarm(timeProvider, clock, Ring);
    }

    // Not everything is done that follows of what has happened.
    private bool HasMore => _tasks.Aftermath.HasMore || _tasks.Work.Ready.HasFilled;

    /// <summary>How late tasks completed. Under the lock of the tasks.</summary>
    public LatenessSummary Lateness => _lateness.Summarize();

    /// <summary>How long the task that should have completed first is overdue; zero if none is.</summary>
    public TimeSpan Overdue
    {
        get
        {
            lock (_tasks.Gate)
            {
                var left = _clock.Until(_tasks.Timers.NextTick);
                return left < TimeSpan.Zero ? -left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The last step of every change, under the lock of the tasks: whoever waits for work gets what has come. Answers the tick for which the alarm has to be set anew, if something comes due before it would ring.</summary>
    public long? SoonerTick()
    {
        Settle();
        var tick = _tasks.NextTick;
        if (tick >= _alarmTick) return null;
        return _alarmTick = tick;
    }

    /// <summary>After every change, outside of the lock: the alarm is set, waiters are told. What one change leads to may be much: after a little of it the clock goes on, not whoever calls.</summary>
    /// <param name="tick">From <see cref="SoonerTick"/>.</param>
    public void AfterChange(long? tick)
    {
        Tell(tick);
        if (!HasMore) return;
        lock (_tasks.Gate) tick = SoonerTick();
        Tell(tick);
    }

    /// <summary>Has everything done that follows of what has happened.</summary>
    public void SettleAll()
    {
        while (true)
        {
            long? tick;
            bool more;
            lock (_tasks.Gate) (tick, more) = (SoonerTick(), HasMore);
            Tell(tick);
            if (!more) return;
        }
    }

    /// <summary>Stops it.</summary>
    public void Dispose() => _alarm.Dispose();

    // Called by the alarm. Answers the tick at which it wants to be called next.
    private long Ring()
    {
        Span<long> due = stackalloc long[MemoryTasks.ChunkSize];
        while (true)
        {
            bool more;
            long next;
            lock (_tasks.Gate)
            {
                var elapsed = _clock.Elapsed;
                var now = EngineClock.TickAt(elapsed);
                more = _tasks.Timers.Take(now, due, out var count);
                if (count > 0) RingDue(due[..count], elapsed);
                more |= ForgetExpired(now);
                _tasks.Work.Ready.Open(now);
                Settle();
                more |= HasMore;
                next = _tasks.NextTick;
                _alarmTick = next;
            }

            _tasks.Work.Signals.Send();
            _dispatcher.Dispatch();
            if (!more) return next;
        }
    }

    private void Tell(long? tick)
    {
        if (tick is { } sooner) _alarm.Set(sooner);
        _tasks.Work.Signals.Send();
        _dispatcher.Dispatch();
    }

    // The end of each hold of the lock.
    private void Settle()
    {
        _tasks.Aftermath.Settle(MemoryTasks.ChunkSize);
        _tasks.HandOut.Settle();
        _tasks.Finished.ForgetExcess();
    }

    private void RingDue(ReadOnlySpan<long> due, TimeSpan elapsed)
    {
        var now = Moment.Of(_clock);
        foreach (var sequence in due)
        {
            var (tick, extras) = _tasks.Timer(sequence);
            if (extras is WorkState work)
            {
                _tasks.Work.Ring(work, now);
                continue;
            }

            var command = extras is { TimesOut: true } ? TaskCommand.TimeOut() : TaskCommand.ComeDue();
            var transition = Transitions.Decide(_tasks.Facts(sequence), command, now.Unix);
            if (transition.Task.State == TaskState.Completed)
                _lateness.Record((elapsed.Ticks - (tick * TimeSpan.TicksPerMillisecond)) / TimeSpan.TicksPerMicrosecond);
            if (transition.IsChange) _tasks.Finish(sequence, transition.Task, now.Steady, wanted: false);
        }
    }

    private bool ForgetExpired(long now)
    {
        for (var i = 0; _tasks.Finished.NextForgetTick <= now; i++)
        {
            if (i == MemoryTasks.ChunkSize) return true;
            _tasks.Finished.ForgetOldest();
        }

        return false;
    }
}
