using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>
/// All tasks of one type in this process: acquires as many as there is room for, has them begin, and hears what becomes of their leases. A lane that
/// is full, or out of order, holds up no other one. Thread-safe.
/// </summary>
/// <param name="handler">Runs them.</param>
/// <param name="starter">Has them begin.</param>
/// <param name="source">Where they come from.</param>
/// <param name="parents">Finds those that they have waited for.</param>
/// <param name="worker">Who takes them.</param>
/// <param name="tools">What handlers may do.</param>
/// <param name="children">Creates tasks for them.</param>
/// <param name="grace">How long who was told to end may clean up.</param>
internal sealed class HandlerLane(WorkHandler handler, AttemptStarter starter, IWorkSource source, ParentTasks parents, string worker, AttemptTools tools, ChildTasks children, TimeSpan grace) : ILeaseHolder
{
    private const int Most = 1_000;
    private readonly AttemptTable _attempts = new();
    private readonly string[] _types = [handler.Type];

    // Fewer while there is no room for what tasks have waited for: the rest would only come to go back.
    private int _most = Most;

    public WorkHandler Handler { get; } = handler;

    /// <summary>Bounds how many run.</summary>
    public HandlerGate Gate { get; } = new(handler.MaxRunning);

    /// <summary>Takes tasks until it is told to stop, or until the storage has no more. Doesn't fault.</summary>
    public async Task TakeAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var room = await Gate.WaitForRoomAsync(stopping);
                _attempts.Expect();
                var answer = await source.AcquireAsync(WorkAcquire.OfHandlers(worker, _types, Math.Min(room, _most), Timeout.InfiniteTimeSpan, this), stopping);
                await BeginAsync(answer.Tasks, stopping);
                if (answer.Status == AnswerStatus.ShuttingDown)
                    break;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                RunnerLog.CannotAcquire(tools.Logger, exception, Handler.Type, OutcomeWriter.Pause.TotalSeconds);
                await Task.Delay(OutcomeWriter.Pause, tools.TimeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        starter.Close();
    }

    /// <summary>Tells all that run to end, because the program stops.</summary>
    public void Stop()
    {
        foreach (var attempt in _attempts.ToArray()) attempt.Cancel(AttemptSignals.Stopping);
    }

    /// <summary>All that run.</summary>
    public LeasedAttempt[] Running() => _attempts.ToArray();

    /// <summary>An attempt is over, and the storage knows.</summary>
    public void Forget(LeasedAttempt attempt)
    {
        _attempts.Remove(attempt);
        parents.Release(attempt.Held);
        attempt.Leave();
    }

    /// <inheritdoc/>
    public void OnCancelRequested(CancelNotice notice) => _attempts.Find(notice.Token, AttemptSignals.CancelRequested)?.Cancel(AttemptSignals.CancelRequested);

    /// <inheritdoc/>
    public void OnLeaseLost(LeaseToken token) => _attempts.Find(token, AttemptSignals.Lost)?.Lose(grace);

    // Each as soon as there is what it has waited for. Where there is no room for that, what is left goes back, and has another turn when there is.
    private async ValueTask BeginAsync(LeasedTask[] tasks, CancellationToken stopping)
    {
        var attempts = Enter(tasks);
        if (!Handler.NeedsParents || !Array.Exists(attempts, static attempt => attempt.Snapshot.Work!.After is not null))
        {
            if (attempts.Length > 0)
                starter.Start(attempts);
            _most = Most;
            return;
        }

        var left = new List<LeasedAttempt>(attempts);
        try
        {
            var isFull = false;
            foreach (var attempt in attempts)
            {
                if (attempt.Snapshot.Work!.After is not null && (isFull || !await TryFindParentsAsync(attempt)))
                {
                    isFull = true;
                    continue;
                }

                left.Remove(attempt);
                starter.Start([attempt]);
            }
        }
        finally
        {
            await GiveBackAsync(left);
        }

        _most = left.Count > 0 ? Math.Max(1, attempts.Length - left.Count) : Math.Min(Most, _most * 2);
        if (left.Count > 0)
            await parents.WaitForRoomAsync().WaitAsync(stopping);
    }

    // From here on all of them hear what is said of their leases.
    private LeasedAttempt[] Enter(LeasedTask[] tasks)
    {
        var attempts = new LeasedAttempt[tasks.Length];
        for (var i = 0; i < tasks.Length; i++) attempts[i] = new LeasedAttempt(tasks[i], this, tools, children);
        Gate.Enter(attempts.Length);
        if (_attempts.Add(attempts) is { } told)
        {
            foreach (var (attempt, signals) in told)
            {
                if (signals.HasFlag(AttemptSignals.CancelRequested))
                    attempt.Cancel(AttemptSignals.CancelRequested);
                if (signals.HasFlag(AttemptSignals.Lost))
                    attempt.Lose(grace);
            }
        }

        return attempts;
    }

    private async ValueTask<bool> TryFindParentsAsync(LeasedAttempt attempt)
    {
        if (await parents.FindAsync(attempt.Snapshot) is not { } held)
            return false;
        attempt.Held = held;
        return true;
    }

    private async ValueTask GiveBackAsync(List<LeasedAttempt> attempts)
    {
        if (attempts.Count == 0)
            return;
        await source.ReturnAsync(owner: null, attempts.ConvertAll(static attempt => attempt.Token));
        foreach (var attempt in attempts) Forget(attempt);
        Gate.Leave(attempts.Count);
    }
}
