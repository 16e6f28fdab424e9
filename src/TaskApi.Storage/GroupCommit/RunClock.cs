using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.GroupCommit;

/// <summary>When a task comes due, on both clocks.</summary>
/// <param name="Now">The wall clock when it was resolved, in Unix milliseconds.</param>
/// <param name="At">What clients are shown, in Unix milliseconds of the wall clock.</param>
/// <param name="Lag">What to add to <paramref name="At"/> to get the same instant on the run's clock: 0 or 1, unless the wall clock was stepped in this run.</param>
/// <param name="DelaySeconds">The delay asked for, or, where an instant was, the one that leads to it.</param>
internal readonly record struct DueTime(long Now, long At, long Lag, double DelaySeconds);

/// <summary>
/// The clock by which a run of the service judges what is due: Unix milliseconds as the wall clock showed them at the start, moved on
/// by elapsed time alone. So a wall clock that is stepped while the service runs neither makes a task early nor stalls it, and after
/// a restart the wall clock decides. Thread-safe.
/// </summary>
internal class RunClock(TimeProvider timeProvider)
{
    // Read before the ticks begin, so that the run's clock is never ahead of the wall clock that it starts from.
    private long _origin = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The same clock counted from the start, as alarms take it.</summary>
    public EngineClock Ticks { get; } = new(timeProvider);

    /// <summary>The run's clock.</summary>
    public long Now => Volatile.Read(ref _origin) + Ticks.Tick;

    /// <summary>The wall clock, in Unix milliseconds.</summary>
    public virtual long Wall => Ticks.UnixMilliseconds;

    /// <summary>The wall clock.</summary>
    protected virtual DateTimeOffset Instant => timeProvider.GetUtcNow();

    /// <summary>The server's offset from UTC now, in minutes.</summary>
    public int ZoneMinutes => (int)timeProvider.LocalTimeZone.GetUtcOffset(Instant).TotalMinutes;

    /// <summary>The first millisecond of the run's clock that begins no sooner than <paramref name="delay"/> from now.</summary>
    public long After(TimeSpan delay) => Volatile.Read(ref _origin) + Ticks.TickAfter(delay);

    /// <summary>The tick at which the run's clock shows <paramref name="run"/>.</summary>
    public long ToTick(long run) => run == long.MaxValue ? long.MaxValue : run - Volatile.Read(ref _origin);

    /// <summary>How long ago, or, if negative, how soon the run's clock shows <paramref name="run"/>.</summary>
    public TimeSpan Since(long run) => -Ticks.Until(ToTick(run));

    /// <summary>Counts a schedule from now. Due times are rounded up to whole milliseconds: nothing completes early.</summary>
    public DueTime Resolve(TaskSchedule schedule)
    {
        var instant = Instant;
        var now = instant.ToUnixTimeMilliseconds();
        var (at, delaySeconds) = Show(schedule, now);
        if (schedule.DueAt is null) return new DueTime(now, at, After(TimeSpan.FromMilliseconds(at - now)) - at, delaySeconds);

        var left = EngineClock.ToInstant(at) - instant;
        // One in the past is due now; only what the clocks differ by goes into the lag.
        var wake = After(left < TimeSpan.Zero ? TimeSpan.Zero : left);
        return new DueTime(now, at, wake - Math.Max(at, now), delaySeconds);
    }

    /// <summary>What clients are shown of a schedule that counts from <paramref name="now"/>, in Unix milliseconds, as the due time is.</summary>
    public static (long At, double DelaySeconds) Show(TaskSchedule schedule, long now)
    {
        if (schedule.DueAt is not { } dueAt) return (now + (EngineClock.ToTime(schedule.DelaySeconds).Ticks / TimeSpan.TicksPerMillisecond), schedule.DelaySeconds);
        var at = dueAt.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds();
        return (at, Math.Max(0, at - now) / 1000.0);
    }

    /// <summary>Has the run's clock show <paramref name="origin"/> where its ticks begin.</summary>
    protected void StartAt(long origin) => Volatile.Write(ref _origin, origin);
}
