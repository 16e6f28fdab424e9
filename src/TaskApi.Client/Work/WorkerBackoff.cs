namespace TaskApi.Client.Work;

/// <summary>How long to wait before the next try: longer each time, up to 10 seconds or less, and never as long as others do. For one caller.</summary>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="most">The longest pause, if that is less than 10 seconds; null for those.</param>
internal sealed class WorkerBackoff(TimeProvider timeProvider, TimeSpan? most = null)
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _halfASecond = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _tenSeconds = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _longest = most < _tenSeconds ? most.Value : _tenSeconds;
    private TimeSpan _next = _first;

    /// <summary>What comes back sooner, with nothing, comes before its time. A service may be set to hold calls for less than they ask for.</summary>
    /// <param name="wait">For how long a call was to be held.</param>
    public static TimeSpan TooSoon(TimeSpan wait) => wait / 2 < _halfASecond ? wait / 2 : _halfASecond;

    /// <summary>It went well.</summary>
    public void Reset() => _next = _first;

    /// <summary>How long now.</summary>
    /// <param name="exception">What went wrong; null for nothing in particular.</param>
    public TimeSpan Next(Exception? exception)
    {
        var pause = _next < _longest ? _next : _longest;
        _next = _next * 2 < _longest ? _next * 2 : _longest;
        if (exception is TaskApiException { RetryAfter: { } asked } && asked > pause)
            pause = asked < _longest ? asked : _longest;
        return pause * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    /// <summary>Waits so long. Doesn't throw when it is given up.</summary>
    public async Task PauseAsync(Exception? exception, CancellationToken cancellationToken) =>
        await Task.Delay(Next(exception), timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
