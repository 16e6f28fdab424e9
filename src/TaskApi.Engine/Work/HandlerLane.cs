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
                var answer = await source.AcquireAsync(WorkAcquire.OfHandlers(worker, _types, Math.Min(room, Most), Timeout.InfiniteTimeSpan, this), stopping);
                Begin(answer.Tasks, await FindParentsAsync(answer.Tasks));
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
        attempt.Leave();
    }

    /// <inheritdoc/>
    public void OnCancelRequested(CancelNotice notice) => _attempts.Find(notice.Token, AttemptSignals.CancelRequested)?.Cancel(AttemptSignals.CancelRequested);

    /// <inheritdoc/>
    public void OnLeaseLost(LeaseToken token) => _attempts.Find(token, AttemptSignals.Lost)?.Lose(grace);

    // Null for none. What can't be begun without them goes back.
    private async ValueTask<TaskSnapshot?[][]?> FindParentsAsync(LeasedTask[] tasks)
    {
        if (!Array.Exists(tasks, static leased => leased.Task.Work!.After is not null))
            return null;
        var found = new TaskSnapshot?[tasks.Length][];
        try
        {
            for (var i = 0; i < found.Length; i++)
                found[i] = await parents.FindAsync(tasks[i].Task, CancellationToken.None);
            return found;
        }
        catch
        {
            await source.ReturnAsync(owner: null, Array.ConvertAll(tasks, static leased => leased.Token));
            throw;
        }
    }

    private void Begin(LeasedTask[] tasks, TaskSnapshot?[][]? parents)
    {
        var attempts = new LeasedAttempt[tasks.Length];
        for (var i = 0; i < tasks.Length; i++) attempts[i] = new LeasedAttempt(tasks[i], parents?[i] ?? [], this, tools, children);
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

        if (attempts.Length > 0)
            starter.Start(attempts);
    }
}
