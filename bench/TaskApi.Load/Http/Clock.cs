namespace TaskApi.Load.Http;

/// <summary>The time, as the service on the same machine has it.</summary>
internal static class Clock
{
    /// <summary>Now, to the microsecond.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A span measured by the monotonic clock.</summary>
    public static TimeSpan Since(long timestamp) => TimeProvider.System.GetElapsedTime(timestamp);

    /// <summary>A mark to measure from.</summary>
    public static long Mark() => TimeProvider.System.GetTimestamp();

    /// <summary>Waits, at least so long.</summary>
    public static Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(delay, TimeProvider.System, cancellationToken);

    /// <summary>Waits until an instant.</summary>
    public static Task DelayUntilAsync(DateTimeOffset instant, CancellationToken cancellationToken) => DelayAsync(instant - Now, cancellationToken);

    /// <summary>A whole second, so far ahead at least.</summary>
    public static DateTimeOffset WholeSecondAfter(TimeSpan ahead) => DateTimeOffset.FromUnixTimeSeconds((Now + ahead).ToUnixTimeSeconds() + 1);
}
