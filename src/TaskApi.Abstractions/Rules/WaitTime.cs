namespace TaskApi.Rules;

/// <summary>How long a caller waits, as <see cref="Task.WaitAsync(TimeSpan)"/> takes it, but of any length.</summary>
internal static class WaitTime
{
    /// <summary>The time; null for as long as it takes.</summary>
    /// <param name="timeout">As given.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, and not <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    public static TimeSpan? Of(TimeSpan? timeout) =>
        timeout is not { } time || time == Timeout.InfiniteTimeSpan ? null
        : time >= TimeSpan.Zero ? time
        : throw new ArgumentOutOfRangeException(nameof(timeout), time, "The timeout must be 0 or more, or Timeout.InfiniteTimeSpan.");
}
