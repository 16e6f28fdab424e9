namespace TaskApi.Tests.Infrastructure;

/// <summary>
/// A clock that stands still until a test moves it. Its limits are the system clock's: due times are cut to whole milliseconds and
/// may not pass 49.7 days, so that code which forgets either fails here too. Thread-safe; timers that are due at once fire on the
/// thread pool, all others on the thread that advances the clock.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private const long LongestTimerMs = 0xFFFF_FFFE;
    private const long NanosecondsPerTick = 100;

    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Lock _advancing = new();
    private readonly SortedSet<ManualTimer> _armed = new(Comparer<ManualTimer>.Create(
        static (x, y) => x.Due == y.Due ? x.Order.CompareTo(y.Order) : Nullable.Compare(x.Due, y.Due)));
    private readonly Dictionary<long, int> _armedAt = [];
    private readonly List<Expectation> _expectations = [];
    private DateTimeOffset _wallOrigin = new(2026, 6, 15, 10, 0, 0, TimeSpan.Zero);
    private TimeZoneInfo _localTimeZone = TimeZoneInfo.Utc;
    private long _elapsed;
    private long _order;

    /// <summary>Not that of <see cref="TimeSpan"/>, so that code which takes one for the other fails.</summary>
    public override long TimestampFrequency => 1_000_000_000;

    public override TimeZoneInfo LocalTimeZone => Volatile.Read(ref _localTimeZone);

    /// <summary>How many timers are armed.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _armed.Count;
        }
    }

    /// <summary>
    /// For services that do on threads of their own what comes due: true when all of it is done. Time stands still until then, at each
    /// instant at which a timer is due, and at the beginning and the end of each advance. Null: it is done when the timers have fired.
    /// </summary>
    public Func<bool>? IsAtRest { get; set; }

    public override long GetTimestamp()
    {
        lock (_gate)
            return 1_234_567 + (_elapsed * NanosecondsPerTick);
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _wallOrigin + TimeSpan.FromTicks(_elapsed);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        Arm(timer, dueTime, period);
        return timer;
    }

    /// <summary>Moves the server to another time zone.</summary>
    public void SetLocalTimeZone(TimeZoneInfo timeZone) => Volatile.Write(ref _localTimeZone, timeZone);

    /// <summary>Moves the wall clock alone, as an operator or a time server does: elapsed time and timers take no notice.</summary>
    public void StepWallClock(TimeSpan by)
    {
        lock (_gate)
            _wallOrigin += by;
    }

    /// <summary>
    /// Lets time pass. Timers that come due fire one after the other, in the order of their due times, each seeing the clock at its own
    /// due time; those that a callback arms fire too if they come due within the same advance.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        if (_advancing.IsHeldByCurrentThread)
            throw new InvalidOperationException("A timer's callback can't advance the clock.");
        lock (_advancing)
        {
            long target;
            lock (_gate)
                target = _elapsed + by.Ticks;
            if (by > TimeSpan.Zero)
                Rest();
            while (StepTo(target) is { } timer)
            {
                timer.Fire();
                if (by > TimeSpan.Zero && !HasTimerDue())
                    Rest();
            }

            if (by > TimeSpan.Zero)
                Rest();
        }
    }

    /// <summary>
    /// Completes when at least <paramref name="count"/> timers are armed for the instant <paramref name="dueIn"/> from now:
    /// the way to know that a call is waiting before letting its time run out.
    /// </summary>
    public Task TimerArmed(TimeSpan dueIn, int count = 1) => Expect(dueIn, armed => armed >= count);

    /// <summary>Completes when no timer is armed for the instant <paramref name="dueIn"/> from now: whoever waited for it has given up.</summary>
    public Task TimerGone(TimeSpan dueIn) => Expect(dueIn, static armed => armed == 0);

    internal bool Arm(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        var due = WholeMilliseconds(dueTime, nameof(dueTime));
        var every = WholeMilliseconds(period, nameof(period));
        lock (_gate)
        {
            if (timer.IsDisposed)
                return false;
            Remove(timer);
            timer.Period = Math.Max(every, 0) * TimeSpan.TicksPerMillisecond;
            if (due >= 0)
                Add(timer, _elapsed + (due * TimeSpan.TicksPerMillisecond));
            CheckExpectations();
        }

        if (due == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static provider => provider.Advance(TimeSpan.Zero), this, preferLocal: false);
        return true;
    }

    internal void Disarm(ManualTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            Remove(timer);
            CheckExpectations();
        }
    }

    private static long WholeMilliseconds(TimeSpan time, string name)
    {
        var milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, LongestTimerMs, name);
        return milliseconds;
    }

    /// <summary>Moves on to the next timer due by <paramref name="target"/> and takes it, or, if there is none, to the target itself.</summary>
    private ManualTimer? StepTo(long target)
    {
        lock (_gate)
        {
            var next = _armed.Min;
            if (next?.Due is not { } due || due > target)
            {
                _elapsed = target;
                return null;
            }

            _elapsed = due;
            Remove(next);
            if (next.Period > 0)
                Add(next, due + next.Period);
            CheckExpectations();
            return next;
        }
    }

    private bool HasTimerDue()
    {
        lock (_gate)
            return _armed.Min?.Due <= _elapsed;
    }

    private void Rest()
    {
        if (IsAtRest is null)
            return;
        // What is under way may arm timers for now, and wait for them.
        var rests = SpinWait.SpinUntil(
            () =>
            {
                while (HasTimerDue() && StepTo(_elapsed) is { } timer)
                    timer.Fire();
                return IsAtRest() && !HasTimerDue();
            },
            _patience);
        if (!rests)
            throw new TimeoutException($"What is due at {GetUtcNow():O} by the test's clock is not done.");
    }

    private void Add(ManualTimer timer, long due)
    {
        timer.Due = due;
        timer.Order = ++_order;
        _armed.Add(timer);
        _armedAt[due] = _armedAt.GetValueOrDefault(due) + 1;
    }

    private void Remove(ManualTimer timer)
    {
        if (timer.Due is not { } due)
            return;
        _armed.Remove(timer);
        timer.Due = null;
        if (--_armedAt[due] == 0)
            _armedAt.Remove(due);
    }

    private Task Expect(TimeSpan dueIn, Func<int, bool> isMet)
    {
        var expectation = new Expectation(isMet);
        lock (_gate)
        {
            expectation.Due = _elapsed + dueIn.Ticks;
            _expectations.Add(expectation);
            CheckExpectations();
        }

        // Real time, and far more than it ever takes: a server that never waits should fail its test rather than hang it.
        return expectation.Met.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private void CheckExpectations()
    {
        for (var i = _expectations.Count - 1; i >= 0; i--)
        {
            if (!_expectations[i].IsMet(_armedAt.GetValueOrDefault(_expectations[i].Due)))
                continue;
            _expectations[i].Met.SetResult();
            _expectations.RemoveAt(i);
        }
    }

    private sealed class Expectation(Func<int, bool> isMet)
    {
        public long Due { get; set; }

        public Func<int, bool> IsMet { get; } = isMet;

        public TaskCompletionSource Met { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
