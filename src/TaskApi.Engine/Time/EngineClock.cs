namespace TaskApi.Engine.Time;

/// <summary>
/// The engine's views of the injected time. Its ticks, of a millisecond, begin with it and decide what is due: they go on with elapsed time, and leap
/// with the wall clock when that is set forward, or when the machine was suspended, which elapsed time doesn't count. They never go back. What has been
/// kept for so long is counted in steady ticks, which elapsed time alone moves. And the wall clock is shown to clients. Thread-safe.
/// </summary>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="followsWall">False where the wall clock decides nothing: the ticks are steady then.</param>
/// <param name="fromBehind">
/// True to leap also when the wall clock is set forward after it was set back: what then comes too soon, because it was armed before, has to be judged anew.
/// </param>
internal sealed class EngineClock(TimeProvider timeProvider, bool followsWall = true, bool fromBehind = false)
{
    private const long MaxTick = long.MaxValue / TimeSpan.TicksPerMillisecond / 2;

    // Smaller steps are those of a time server, and not worth an early task by elapsed time.
    private const long SmallestLeap = TimeSpan.TicksPerSecond;

    // Elapsed time first, here, and last, when they are compared: however long this thread is held up in between, no leap is seen that wasn't there.
    private readonly long _origin = timeProvider.GetTimestamp();
    private readonly long _wallOrigin = timeProvider.GetUtcNow().UtcTicks;
    private readonly Lock _gate = new();
    private long _leapt;

    // By how much the wall clock is ahead, as it was last followed; less than zero if it was set back.
    private long _ahead;

    /// <summary>Since the engine started, leaps included: what decides what is due.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            if (!followsWall) return Steady;
            var wall = timeProvider.GetUtcNow().UtcTicks - _wallOrigin;
            var steady = Steady.Ticks;
            return TimeSpan.FromTicks(steady + Follow(wall - steady));
        }
    }

    /// <summary>Since the engine started, by elapsed time alone.</summary>
    public TimeSpan Steady => timeProvider.GetElapsedTime(_origin);

    /// <summary>By how much <see cref="Elapsed"/> was ahead of <see cref="Steady"/> when it was last looked at; it only grows.</summary>
    public TimeSpan Leapt => TimeSpan.FromTicks(Volatile.Read(ref _leapt));

    /// <summary>True if the ticks may leap.</summary>
    public bool FollowsWall => followsWall;

    /// <summary>Whole milliseconds of <see cref="Elapsed"/>.</summary>
    public long Tick => TickAt(Elapsed);

    /// <summary>Whole milliseconds of <see cref="Steady"/>.</summary>
    public long SteadyTick => TickAt(Steady);

    /// <summary>The wall clock in whole Unix milliseconds.</summary>
    public long UnixMilliseconds => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The last tick that has begun by then.</summary>
    public static long TickAt(TimeSpan elapsed) => elapsed.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>The first tick that begins no sooner than <paramref name="delay"/> from now: what is armed for it is never early.</summary>
    public long TickAfter(TimeSpan delay) => Ceiling(Elapsed.Ticks + delay.Ticks);

    /// <summary>The first tick that begins no sooner than a steady tick does, if no leap comes before.</summary>
    public long FromSteady(long steadyTick) => steadyTick + Ceiling(Leapt.Ticks);

    /// <summary>The time left until a tick begins; negative once it has.</summary>
    public TimeSpan Until(long tick) => TimeSpan.FromTicks(Math.Min(tick, MaxTick) * TimeSpan.TicksPerMillisecond) - Elapsed;

    /// <summary>Seconds, as clients give them, rounded up to whole milliseconds.</summary>
    /// <remarks>By way of decimal: 0.07 s is 70 ms, although the double nearest to 0.07, times 1000, is a little more.</remarks>
    public static TimeSpan ToTime(double seconds) => TimeSpan.FromMilliseconds((long)Math.Ceiling((decimal)seconds * 1000m));

    /// <summary>The instant, in UTC.</summary>
    public static DateTimeOffset ToInstant(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);

    /// <summary>The server's offset from UTC at an instant.</summary>
    public TimeSpan OffsetAt(long unixMilliseconds) => timeProvider.LocalTimeZone.GetUtcOffset(ToInstant(unixMilliseconds));

    private static long Ceiling(long ticks) => (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    // By how much the ticks are ahead, once the wall clock has been taken into account.
    private long Follow(long ahead)
    {
        if (fromBehind) return FollowFromBehind(ahead);
        var leapt = Volatile.Read(ref _leapt);
        while (ahead > leapt + SmallestLeap)
        {
            var found = Interlocked.CompareExchange(ref _leapt, ahead, leapt);
            if (found == leapt) return ahead;
            leapt = found;
        }

        return leapt;
    }

    private long FollowFromBehind(long ahead)
    {
        lock (_gate)
        {
            var step = ahead - _ahead;
            if (Math.Abs(step) <= SmallestLeap) return _leapt;
            _ahead = ahead;
            if (step > 0) Volatile.Write(ref _leapt, _leapt + step);
            return _leapt;
        }
    }
}
