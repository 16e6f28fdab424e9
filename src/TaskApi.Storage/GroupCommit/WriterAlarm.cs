using TaskApi.Engine.Time;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Has the writer look at the clock at the time it was set for, and waits until it has: a test's clock goes on only then. Thread-safe.</summary>
internal sealed class WriterAlarm : IDisposable
{
    private readonly RunClock _clock;
    private readonly WriteQueue _queue;
    private readonly IAlarm _alarm;
    private readonly Lock _gate = new();
    private TaskCompletionSource<long>? _ringing;
    private bool _stopped;

    /// <param name="timeProvider">Time, real or a test's.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="queue">By which the writer is called.</param>
    public WriterAlarm(TimeProvider timeProvider, RunClock clock, WriteQueue queue)
    {
        (_clock, _queue) = (clock, queue);
        _alarm = timeProvider == TimeProvider.System ? new ThreadAlarm(clock.Ticks, Ring) : new TimerAlarm(timeProvider, clock.Ticks, Ring);
    }

    /// <summary>True if it waits for the writer to look at the clock.</summary>
    public bool IsRinging
    {
        get
        {
            lock (_gate) return _ringing is not null;
        }
    }

    /// <summary>Sets it.</summary>
    /// <param name="next">When the writer has to look at the clock, as the run's clock shows it.</param>
    public void Set(long next) => _alarm.Set(_clock.ToTick(next));

    /// <summary>The writer has looked at the clock.</summary>
    /// <param name="next">When it has to do so next.</param>
    public void Answer(long next) => Answer(next, last: false);

    /// <summary>Rings no more.</summary>
    public void Dispose() => _alarm.Dispose();

    /// <summary>The writer has stopped: nobody is to wait for it any more.</summary>
    public void Release() => Answer(long.MaxValue, last: true);

    private void Answer(long next, bool last)
    {
        lock (_gate)
        {
            _stopped = last;
            _ringing?.TrySetResult(_clock.ToTick(next));
            _ringing = null;
        }
    }

    // The alarm's call. Answers the tick at which to call next.
    private long Ring()
    {
        TaskCompletionSource<long> ringing;
        lock (_gate)
        {
            if (_stopped) return long.MaxValue;
            ringing = _ringing ??= new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _queue.Call();
        return ringing.Task.GetAwaiter().GetResult();
    }
}
