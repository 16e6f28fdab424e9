using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>When a task comes due, as it was asked for.</summary>
/// <param name="At">In Unix milliseconds, as clients are told.</param>
/// <param name="Tick">On the engine's clock, which decides.</param>
/// <param name="DelaySeconds">From the instant at which it was asked for; 0 if that was later.</param>
internal readonly record struct DueTime(long At, long Tick, double DelaySeconds)
{
    /// <summary>Instants are whole milliseconds, so delays and due times are rounded up to them: nothing completes early.</summary>
    /// <param name="schedule">What is asked for.</param>
    /// <param name="clock">The engine's clock.</param>
    /// <param name="now">The wall clock's time.</param>
    public static DueTime Of(TaskSchedule schedule, EngineClock clock, DateTimeOffset now)
    {
        var nowMilliseconds = now.ToUnixTimeMilliseconds();
        if (schedule.DueAt is not { } dueAt)
        {
            var delay = EngineClock.ToTime(schedule.DelaySeconds);
            return new DueTime(nowMilliseconds + (delay.Ticks / TimeSpan.TicksPerMillisecond), clock.TickAfter(delay), schedule.DelaySeconds);
        }

        var at = dueAt.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds();
        var left = EngineClock.ToInstant(at) - now;
        if (left < TimeSpan.Zero) left = TimeSpan.Zero;
        return new DueTime(at, clock.TickAfter(left), Math.Max(0, at - nowMilliseconds) / 1000.0);
    }
}
