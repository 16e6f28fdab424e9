namespace TaskApi.Client.Http;

/// <summary>Cuts a wait into the waits of single calls.</summary>
/// <param name="timeout">How long in all; null for as long as it takes.</param>
/// <param name="options">How long one call may wait, and the clock.</param>
internal readonly struct WaitClock(TimeSpan? timeout, TaskApiClientOptions options)
{
    private readonly long _started = options.TimeProvider.GetTimestamp();

    /// <summary>True once the time is over.</summary>
    public bool IsOver => timeout is not null && Left <= TimeSpan.Zero;

    private TimeSpan Left => timeout.GetValueOrDefault() - options.TimeProvider.GetElapsedTime(_started);

    /// <summary>How long the next call may wait: 0 once the time is over.</summary>
    public TimeSpan NextWait()
    {
        if (timeout is null || Left > options.LongPoll)
            return options.LongPoll;
        return Left > TimeSpan.Zero ? Left : TimeSpan.Zero;
    }
}
