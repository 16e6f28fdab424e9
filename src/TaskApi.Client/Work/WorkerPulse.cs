using TaskApi.Client.Http;
using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>
/// Keeps up to 1,000 leases alive: one call is open all the time, which renews them when it arrives, and comes back as soon as there is something to
/// tell. Thread-safe.
/// </summary>
/// <param name="link">The service.</param>
/// <param name="options">How long leases last.</param>
/// <param name="lost">Is told of each attempt whose lease is lost.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class WorkerPulse(WorkerLink link, TaskApiWorkerOptions options, Action<WorkerAttempt> lost, TimeProvider timeProvider)
{
    private const int Most = 1_000;

    // So long a new attempt may be unwatched: many are over by then.
    private static readonly TimeSpan _settling = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, WorkerAttempt> _attempts = [];
    private readonly WorkerSignal _added = new();
    // A pause is followed by a call, which may fail: two more find the lease alive.
    private readonly WorkerBackoff _backoff = new(timeProvider, options.Lease / 3);

    // A call that never arrives is made when a third of the lease is over, and given up when there is time for another. Below a second a slow network would do that to all.
    private readonly TimeSpan _patience = TimeSpan.FromTicks(Math.Min(options.Timeout.Ticks, Math.Max((options.Lease / 6).Ticks, TimeSpan.TicksPerSecond)));
    private long _answered = timeProvider.GetTimestamp();

    // So long a call is held while there is nothing to tell.
    private TimeSpan Wait => options.Lease / 3;

    /// <summary>Keeps one more alive; false if there are enough.</summary>
    public bool TryAdd(WorkerAttempt attempt)
    {
        lock (_gate)
        {
            if (_attempts.Count == Most)
                return false;
            _attempts.Add(attempt.Token, attempt);
        }

        _added.Set();
        return true;
    }

    /// <summary>It needs its lease no more; false if it isn't here.</summary>
    public bool Remove(string token)
    {
        lock (_gate)
            return _attempts.Remove(token);
    }

    /// <summary>All that there are now.</summary>
    public WorkerAttempt[] ToArray()
    {
        lock (_gate)
            return [.. _attempts.Values];
    }

    /// <summary>Keeps them alive. Doesn't fault.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            _added.Reset();
            var watched = ToArray();
            if (watched.Length > 0)
            {
                await BeatAsync(watched, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await _added.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Leases are new when they come.
            _answered = timeProvider.GetTimestamp();
        }
    }

    /// <summary>Hands on what the service has told.</summary>
    public void Tell(HeartbeatAnswer answer)
    {
        foreach (var cancel in answer.Cancel) Find(cancel.Token)?.Cancel(AttemptSignals.CancelRequested);
        foreach (var gone in answer.Lost)
        {
            if (Find(gone.Token) is { } attempt && Remove(gone.Token))
                lost(attempt);
        }
    }

    private WorkerAttempt? Find(string token)
    {
        lock (_gate)
            return _attempts.GetValueOrDefault(token);
    }

    private async Task BeatAsync(WorkerAttempt[] watched, CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetTimestamp();
        // Where new leases come all the time, one call after the other is given up, and on a slow network before it has arrived: once in a while one isn't.
        var wait = timeProvider.GetElapsedTime(_answered, begun) < Wait ? Wait : TimeSpan.Zero;
        try
        {
            if (await HoldAsync(watched, wait, cancellationToken).ConfigureAwait(false) is not { } answer)
                return;
            _answered = timeProvider.GetTimestamp();
            Tell(answer);
            if (answer.Drain)
                link.Leave();
            // One that comes back before its time, with nothing new, isn't made again at once.
            if (answer.Drain || (answer.Cancel.Length + answer.Lost.Length == 0 && timeProvider.GetElapsedTime(begun) < WorkerBackoff.TooSoon(wait)))
                await _backoff.PauseAsync(exception: null, cancellationToken).ConfigureAwait(false);
            else
                _backoff.Reset();
        }
        catch (Exception exception)
        {
            await _backoff.PauseAsync(exception, cancellationToken).ConfigureAwait(false);
        }
    }

    // One call; null if it was given up because there are leases that it doesn't watch.
    private async Task<HeartbeatAnswer?> HoldAsync(WorkerAttempt[] watched, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Ours, and disposed here when the call is over.
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var body = WorkerBodies.Heartbeat(options.NameOrDefault, [.. watched.Select(static attempt => (attempt, (AttemptProgress?)null))], options.Lease, wait);
        var call = link.SendAsync(Call.Post("work/heartbeat", body) with { Wait = wait, Patience = _patience }, WorkerJson.Default.HeartbeatAnswer, hangUp.Token);
        while (wait > TimeSpan.Zero)
        {
            await Task.WhenAny(call, _added.Task).ConfigureAwait(false);
            if (!call.IsCompleted)
                await Task.WhenAny(call, Task.Delay(_settling + TimeSpan.FromMilliseconds(watched.Length / 2), timeProvider, hangUp.Token)).ConfigureAwait(false);
            if (call.IsCompleted)
                return await call.ConfigureAwait(false);
            _added.Reset();
            if (!HasOthers(watched))
                continue;
            await hangUp.CancelAsync().ConfigureAwait(false);
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }

        return await call.ConfigureAwait(false);
    }

    private bool HasOthers(WorkerAttempt[] watched)
    {
        lock (_gate)
            return _attempts.Count > watched.Length || _attempts.Values.Except(watched).Any();
    }
}
