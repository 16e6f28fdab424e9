namespace TaskApi.Engine.Time;

/// <summary>
/// Calls the engine when a tick has begun, or when the clock has leapt: on a thread of its own for real time, on the provider's timer for any other.
/// Nobody tells of a leap, so the clock is looked at again and again while there is anything to wait for.
/// </summary>
internal interface IAlarm : IDisposable
{
    /// <summary>Calls at this tick, if not sooner. Thread-safe.</summary>
    void Set(long tick);
}

/// <summary>
/// The alarm for real time. A thread of its own is not held up by a busy thread pool; it sleeps in whole milliseconds where
/// an earlier call may still be asked for, and the rest of the last one exactly.
/// </summary>
internal sealed class ThreadAlarm : IAlarm
{
    private const int LongestSleepMs = 1000;

    private readonly EngineClock _clock;
    private readonly Func<long> _ring;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private long _tick = long.MaxValue;
    private TimeSpan _leapt;
    private bool _stopped;

    /// <param name="clock">Tells how long a tick is away.</param>
    /// <param name="ring">What to call; it answers the tick at which it wants to be called next.</param>
    public ThreadAlarm(EngineClock clock, Func<long> ring)
    {
        _clock = clock;
        _ring = ring;
        new Thread(Run) { IsBackground = true, Name = "task-clock" }.Start();
    }

    public void Set(long tick)
    {
        lock (_gate)
        {
            if (tick >= _tick) return;
            _tick = tick;
            if (_changed.CurrentCount == 0) _changed.Release();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            if (_changed.CurrentCount == 0) _changed.Release();
        }
    }

    private void Run()
    {
        while (SleepUntilDue())
        {
            var next = _ring();
            lock (_gate) _tick = Math.Min(_tick, next);
        }
    }

    // False once disposed. A tick that is due is taken out, so that a later Set counts.
    private bool SleepUntilDue()
    {
        while (true)
        {
            TimeSpan left;
            lock (_gate)
            {
                if (_stopped) return false;
                left = _clock.Until(_tick);
                // The look has noticed a leap, if there was one.
                if (left <= TimeSpan.Zero || _clock.Leapt != _leapt)
                {
                    (_tick, _leapt) = (long.MaxValue, _clock.Leapt);
                    return true;
                }
            }

            // No timer can be armed for an instant before the next tick begins, so less than a tick may be slept through.
            if (left < TimeSpan.FromMilliseconds(1)) ShortSleep.For(left);
            else _changed.Wait((int)Math.Min(left.TotalMilliseconds, _clock.FollowsWall ? LongestSleepMs : int.MaxValue));
        }
    }
}

/// <summary>The alarm for a provider that keeps its own time, as in tests, and may pass years at once: so it looks at the clock ever more seldom.</summary>
internal sealed class TimerAlarm : IAlarm
{
    // Not a whole second: nothing that is timed for one should be taken for this.
    private static readonly TimeSpan _firstCheck = TimeSpan.FromMilliseconds(1003);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(40);

    private readonly EngineClock _clock;
    private readonly Func<long> _ring;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private long _tick = long.MaxValue;
    private TimeSpan _nextCheck;
    private TimeSpan _leapt;

    public TimerAlarm(TimeProvider timeProvider, EngineClock clock, Func<long> ring)
    {
        _clock = clock;
        _ring = ring;
        _timer = timeProvider.CreateTimer(static alarm => ((TimerAlarm)alarm!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(long tick)
    {
        lock (_gate)
        {
            if (tick >= _tick) return;
            (_tick, _nextCheck) = (tick, _clock.FollowsWall ? _firstCheck : _longest);
            Arm();
        }
    }

    public void Dispose() => _timer.Dispose();

    // Timers count in whole milliseconds, and not beyond 49 days.
    private void Arm()
    {
        var left = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(_clock.Until(_tick).TotalMilliseconds)));
        _timer.Change(left < _nextCheck ? left : _nextCheck, Timeout.InfiniteTimeSpan);
        _nextCheck = _nextCheck * 2 < _longest ? _nextCheck * 2 : _longest;
    }

    private void Check()
    {
        lock (_gate)
        {
            if (_tick == long.MaxValue) return;
            if (_clock.Until(_tick) > TimeSpan.Zero && _clock.Leapt == _leapt)
            {
                Arm();
                return;
            }

            (_tick, _leapt) = (long.MaxValue, _clock.Leapt);
        }

        var next = _ring();
        if (next != long.MaxValue) Set(next);
    }
}
