namespace TaskApi.Client.Http;

/// <summary>Cuts a wait into the waits of single calls.</summary>
/// <param name="timeout">How long in all, from 0; null or <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
/// <param name="options">How long one call may wait, and the clock.</param>
/// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
internal readonly struct WaitClock(TimeSpan? timeout, TaskApiClientOptions options)
{
    private readonly TimeSpan? _time = WaitTime.Of(timeout);
    private readonly long _started = options.TimeProvider.GetTimestamp();

    /// <summary>True once the time is over.</summary>
    public bool IsOver => _time is not null && Left <= TimeSpan.Zero;

    private TimeSpan Left => _time.GetValueOrDefault() - options.TimeProvider.GetElapsedTime(_started);

    /// <summary>How long the next call may wait: 0 once the time is over.</summary>
    public TimeSpan NextWait()
    {
        if (_time is null || Left > options.LongPoll)
            return options.LongPoll;
        return Left > TimeSpan.Zero ? Left : TimeSpan.Zero;
    }
}
