
namespace TaskApi.Handlers;

/// <summary>
/// Passes on how far attempts have come: what is reported first at once, then at most four times a second whatever is the latest of each, all in one
/// call; and the last of an attempt before its outcome. Nobody who reports waits. Thread-safe.
/// </summary>
/// <param name="send">Passes on up to 1,000 reports, of different attempts.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="logger">The log.</param>
internal sealed class ProgressWriter(Func<IReadOnlyList<ProgressReport>, ValueTask> send, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private const int Most = 1_000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();

    // One call at a time: an older value never comes after a newer one.
    private readonly SemaphoreSlim _sending = new(1, 1);
    private List<HandlerAttempt> _waiting = [];
    private ITimer? _timer;
    private bool _isBusy;

    // 1 from the first report that couldn't be passed on to the next one that could: an outage is logged once, not at each try.
    private int _isDown;

    /// <summary>An attempt has something to pass on, and had nothing before.</summary>
    public void Add(HandlerAttempt attempt)
    {
        lock (_gate)
        {
            _waiting.Add(attempt);
            if (_isBusy)
                return;
            _isBusy = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static writer => _ = writer.SendWaitingAsync(), this, preferLocal: false);
    }

    /// <summary>Passes on what attempts have reported last.</summary>
    /// <exception cref="Exception">It can't be, and waits to be passed on again: whatever who passes it on throws.</exception>
    public async ValueTask SendAsync(IReadOnlyList<HandlerAttempt> attempts)
    {
        for (var from = 0; from < attempts.Count; from += Most) await SendPartAsync([.. attempts.Skip(from).Take(Most)]);
    }

    /// <inheritdoc/>
    // Handlers may outlive the program, and their last words the writer; the semaphore has nothing to dispose of.
    public void Dispose() => _timer?.Dispose();

    // Owned by the writer: it doesn't fault.
    private async Task SendWaitingAsync()
    {
        List<HandlerAttempt> attempts;
        lock (_gate)
            (attempts, _waiting) = (_waiting, []);
        try
        {
            await SendAsync(attempts);
        }
        catch (Exception exception)
        {
            // They have another turn after the pause.
            if (Interlocked.Exchange(ref _isDown, 1) == 0)
                HandlerLog.CannotReport(logger, exception, attempts.Count);
            lock (_gate)
                _waiting.AddRange(attempts);
        }

        lock (_gate)
        {
            _timer ??= timeProvider.CreateTimer(static writer => ((ProgressWriter)writer!).OnPauseOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(_pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnPauseOver()
    {
        lock (_gate)
        {
            _isBusy = _waiting.Count > 0;
            if (!_isBusy)
                return;
        }

        _ = SendWaitingAsync();
    }

    private async ValueTask SendPartAsync(HandlerAttempt[] attempts)
    {
        var reports = new List<ProgressReport>(attempts.Length);
        await _sending.WaitAsync();
        try
        {
            foreach (var attempt in attempts)
            {
                if (attempt.Unsent is { } progress)
                    reports.Add(new ProgressReport(attempt, progress));
            }

            if (reports.Count == 0)
                return;
            await send(reports);
            if (Interlocked.Exchange(ref _isDown, 0) == 1)
                HandlerLog.ReportsAgain(logger);
            var next = 0;
            foreach (var attempt in attempts)
            {
                // Whoever has reported more in the meantime has another turn.
                if (next < reports.Count && reports[next].Attempt == attempt && !attempt.TryClear(reports[next++].Progress))
                    Add(attempt);
            }
        }
        finally
        {
            _sending.Release();
        }
    }
}
