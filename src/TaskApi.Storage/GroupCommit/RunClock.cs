using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.GroupCommit;

/// <summary>When a task comes due, on both clocks.</summary>
/// <param name="Now">The wall clock when it was resolved, in Unix milliseconds.</param>
/// <param name="At">What clients are shown, in Unix milliseconds of the wall clock.</param>
/// <param name="DueOffset">What to add to <paramref name="At"/> to get the same instant on the run's clock: 0 or 1, unless the wall clock was stepped in this run.</param>
/// <param name="DelaySeconds">The delay asked for, or, where an instant was, the one that leads to it.</param>
internal readonly record struct DueTime(long Now, long At, long DueOffset, double DelaySeconds);

/// <summary>
/// The clocks by which a run of the service decides, both in Unix milliseconds. What is due is judged by one that begins as the wall clock shows and
/// goes on as <see cref="EngineClock"/> does: it leaps forward with the wall clock, but never back. How long something has been kept is judged by one that
/// elapsed time alone moves, and that goes on over restarts as if nobody had stepped the wall clock: see <see cref="GoOn"/>. Thread-safe.
/// </summary>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="followsWall">False where this process's wall clock decides nothing: both clocks are one then.</param>
internal class RunClock(TimeProvider timeProvider, bool followsWall = true)
{
    // Read before the ticks begin, so that the run's clock is never ahead of the wall clock that it starts from.
    private long _origin = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    // By how much the retention clock is behind the wall clock of the start.
    private long _retentionOffset;

    /// <summary>The run's clock counted from the start, as alarms take it.</summary>
    public EngineClock Ticks { get; } = new(timeProvider, followsWall);

    /// <summary>The run's clock: what is due is judged by it.</summary>
    public long Now => Volatile.Read(ref _origin) + Ticks.Tick;

    /// <summary>The retention clock: how long something has been kept is judged by it.</summary>
    public long RetentionNow => Volatile.Read(ref _origin) + Ticks.SteadyTick - Volatile.Read(ref _retentionOffset);

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

    /// <summary>What the run's clock shows when the retention clock shows <paramref name="kept"/>, if it doesn't leap before.</summary>
    public long FromRetention(long kept) => kept == long.MaxValue ? long.MaxValue : Ticks.FromSteady(kept + Volatile.Read(ref _retentionOffset));

    /// <summary>
    /// Has the retention clock go on where the last run left it. A wall clock that was set right meanwhile, while that run went on, was taken
    /// into its offset; one that is wrong now and shows less than the retention clock has shown doesn't set that back. To be called at the start.
    /// </summary>
    /// <param name="offset">By how much it was behind the wall clock.</param>
    /// <param name="shown">What it has shown.</param>
    public void GoOn(long offset, long shown) => Volatile.Write(ref _retentionOffset, Math.Min(offset, Volatile.Read(ref _origin) - shown));

    /// <summary>How long ago, or, if negative, how soon the run's clock shows <paramref name="run"/>.</summary>
    public TimeSpan Since(long run) => -Ticks.Until(ToTick(run));

    /// <summary>Counts a schedule from now. Due times are rounded up to whole milliseconds: nothing completes early.</summary>
    public DueTime Resolve(TaskSchedule schedule)
    {
        var instant = Instant;
        var now = instant.ToUnixTimeMilliseconds();
        var (at, delaySeconds) = schedule.From(now);
        if (schedule.DueAt is null) return new DueTime(now, at, After(TimeSpan.FromMilliseconds(at - now)) - at, delaySeconds);

        var left = EngineClock.ToInstant(at) - instant;
        // One in the past is due now; only what the clocks differ by goes into the offset.
        var dueTick = After(left < TimeSpan.Zero ? TimeSpan.Zero : left);
        return new DueTime(now, at, dueTick - Math.Max(at, now), delaySeconds);
    }

    /// <summary>Has the run's clock show <paramref name="origin"/> where its ticks begin.</summary>
    protected void StartAt(long origin) => Volatile.Write(ref _origin, origin);
}
