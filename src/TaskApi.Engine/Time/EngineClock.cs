namespace TaskApi.Engine.Time;

/// <summary>
/// The engine's two views of the injected time: ticks of a millisecond since it started, which nothing but time moves, and the
/// wall clock, which is shown to clients and which somebody may step.
/// </summary>
internal sealed class EngineClock(TimeProvider timeProvider)
{
    private const long MaxTick = long.MaxValue / TimeSpan.TicksPerMillisecond / 2;

    private readonly long _origin = timeProvider.GetTimestamp();

    /// <summary>Since the engine started; monotonic.</summary>
    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_origin);

    /// <summary>Whole milliseconds since the engine started.</summary>
    public long Tick => TickAt(Elapsed);

    /// <summary>The wall clock in whole Unix milliseconds.</summary>
    public long UnixMilliseconds => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The last tick that has begun by then.</summary>
    public static long TickAt(TimeSpan elapsed) => elapsed.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>The first tick that begins no sooner than <paramref name="delay"/> from now: what is armed for it is never early.</summary>
    public long TickAfter(TimeSpan delay) => (Elapsed.Ticks + delay.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    /// <summary>The time left until a tick begins; negative once it has.</summary>
    public TimeSpan Until(long tick) => TimeSpan.FromTicks(Math.Min(tick, MaxTick) * TimeSpan.TicksPerMillisecond) - Elapsed;

    /// <summary>Seconds, as clients give them, rounded up to whole milliseconds.</summary>
    /// <remarks>By way of decimal: 0.07 s is 70 ms, although the double nearest to 0.07, times 1000, is a little more.</remarks>
    public static TimeSpan ToTime(double seconds) => TimeSpan.FromMilliseconds((long)Math.Ceiling((decimal)seconds * 1000m));

    /// <summary>The instant, in UTC.</summary>
    public static DateTimeOffset ToInstant(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);

    /// <summary>The server's local time of day at an instant, as <c>HH:mm:ss</c>.</summary>
    public string LocalTime(DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, timeProvider.LocalTimeZone).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
