using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>Runs the tasks of a service elsewhere that this process has handlers for, from its start to its stop.</summary>
/// <param name="options">How many, and how.</param>
/// <param name="catalogue">The handlers.</param>
/// <param name="http">Calls the service.</param>
/// <param name="scopes">Makes a scope for each attempt.</param>
/// <param name="metrics">The instruments.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="logger">The log.</param>
internal sealed class WorkerRunner(
    TaskApiWorkerOptions options, HandlerCatalogue catalogue, HttpClient http, IServiceScopeFactory scopes, WorkerMetrics metrics, TimeProvider timeProvider, ILogger<WorkerRunner> logger) : IDisposable
{
    // A worker that stops waits so long for the calls in flight: what comes with them is given back, where hanging up might lose it.
    private static readonly TimeSpan _lastAnswer = TimeSpan.FromMilliseconds(500);

    // And the last outcomes for their delivery.
    private static readonly TimeSpan _delivery = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _hangUp = new();
    private readonly CancellationTokenSource _ended = new();
    private WorkerParts? _parts;
    private Task[] _takers = [];
    private Task _delivering = Task.CompletedTask;

    /// <summary>True from its start to its stop.</summary>
    public bool IsRunning => _parts is not null && !_stopping.IsCancellationRequested;

    /// <summary>Why the last call to the service went wrong; null if it didn't.</summary>
    public string? Fault => _parts?.Link.Fault;

    /// <summary>How many tasks run.</summary>
    public int Running => _parts?.Gates.Sum(static gate => gate.Running) ?? 0;

    /// <summary>Begins to take tasks. Once.</summary>
    /// <exception cref="InvalidOperationException">There are too many handlers.</exception>
    public void Start()
    {
        if (catalogue.Handlers.Count == 0)
            throw new InvalidOperationException("A worker has no handlers: add them to what AddTaskApiWorker returned.");
        _parts = new WorkerParts(options, catalogue, http, scopes, metrics, timeProvider, new QuietLogger(logger), _ended.Token);
        _takers = [.. _parts.Lanes.Select(lane => Task.Run(() => lane.TakeAsync(_stopping.Token, _hangUp.Token)))];
        _delivering = Task.Run(() => _parts.Outbox.DeliverAsync(_ended.Token));
        if (logger.IsEnabled(LogLevel.Information))
            WorkerLog.Started(logger, options.NameOrDefault, http.BaseAddress!, string.Join(", ", _parts.Lanes.SelectMany(static lane => lane.Queues)));
    }

    /// <summary>
    /// Takes no more tasks, and lets handlers go on for a while; then their tokens are cancelled. What has not ended when the time to clean up is over, too,
    /// is given back.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_parts is not { } parts || _stopping.IsCancellationRequested)
            return;
        if (logger.IsEnabled(LogLevel.Information))
            WorkerLog.Stopping(logger, options.NameOrDefault, Running, options.ShutdownGrace.TotalSeconds);
        parts.Desk.Close();
        await _stopping.CancelAsync().ConfigureAwait(false);
        var taken = Task.WhenAll(_takers);
        await taken.WaitAsync(_lastAnswer, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _hangUp.CancelAsync().ConfigureAwait(false);
        await taken.ConfigureAwait(false);
        if (!await parts.HaveEndedAsync(options.ShutdownGrace, cancellationToken).ConfigureAwait(false))
        {
            foreach (var attempt in parts.Desk.Running()) attempt.Cancel(AttemptSignals.Stopping);
            if (!await parts.HaveEndedAsync(options.CancelGrace, cancellationToken).ConfigureAwait(false))
                parts.Desk.ReleaseAll();
        }

        await parts.Outbox.WaitUntilEmptyAsync(cancellationToken).WaitAsync(_delivery, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ended.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_delivering, parts.Heartbeats.WhenEnded()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (parts.Outbox.Count is > 0 and var left)
            WorkerLog.Untold(logger, left);
        WorkerLog.Ended(logger, options.NameOrDefault);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Who is disposed of without having been stopped ends, too; the sources have no timers, and handlers that run on may still ask them.
        _stopping.Cancel();
        _hangUp.Cancel();
        _ended.Cancel();
        _parts?.Dispose();
        http.Dispose();
    }
}
