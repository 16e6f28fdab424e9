using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>When a task comes due, as it was asked for.</summary>
/// <param name="At">In Unix milliseconds, as clients are told.</param>
/// <param name="Tick">On the engine's clock, which decides.</param>
/// <param name="DelaySeconds">From the instant at which it was asked for; 0 if that was later.</param>
internal readonly record struct DueTime(long At, long Tick, double DelaySeconds)
{
    /// <summary>Resolves a schedule.</summary>
    /// <param name="schedule">What is asked for.</param>
    /// <param name="clock">The engine's clock.</param>
    /// <param name="now">The wall clock's time.</param>
    public static DueTime Of(TaskSchedule schedule, EngineClock clock, DateTimeOffset now)
    {
        var (at, delaySeconds) = schedule.From(now.ToUnixTimeMilliseconds());
        var left = schedule.DueAt is null ? EngineClock.ToTime(schedule.DelaySeconds) : EngineClock.ToInstant(at) - now;
        return new DueTime(at, clock.TickAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left), delaySeconds);
    }
}
