using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>One instant, by the clocks that count.</summary>
/// <param name="Unix">The wall clock's, in Unix milliseconds.</param>
/// <param name="Steady">The steady tick.</param>
internal readonly record struct Moment(long Unix, long Steady)
{
    /// <summary>Now.</summary>
    public static Moment Of(EngineClock clock) => new(clock.UnixMilliseconds, clock.SteadyTick);
}
