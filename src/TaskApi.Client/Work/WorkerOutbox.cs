using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>Outcomes on their way to the service: kept until it has taken them, or doesn't want them any more. Thread-safe.</summary>
/// <param name="link">The service.</param>
/// <param name="progress">Tells of progress.</param>
/// <param name="settled">Is told of each that needs no lease any more.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="logger">The log.</param>
internal sealed class WorkerOutbox(WorkerLink link, ProgressWriter progress, Action<WorkerOutcome> settled, TimeProvider timeProvider, ILogger logger)
{
    private const int Most = 1_000;

    // A body may have a mebibyte.
    private const int MostBytes = 900_000;

    private const string LargeProblem = "result-too-large";

    // The reason of an error: the result isn't JSON that the service takes.
    private const string InvalidReason = "InvalidResult";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, WorkerOutcome> _kept = [];
    private readonly Queue<WorkerOutcome> _waiting = [];

    // A call with these has been refused, perhaps because of one of them: each goes by itself.
    private readonly Queue<WorkerOutcome> _alone = [];
    private readonly WorkerSignal _ready = new();
    private readonly WorkerSignal _told = new();

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _kept.Count;
        }
    }

    /// <summary>There is one more. <see cref="Tell"/> has to follow.</summary>
    public void Add(WorkerOutcome outcome)
    {
        lock (_gate)
        {
            _kept.Add(outcome.Token, outcome);
            _waiting.Enqueue(outcome);
        }
    }

    /// <summary>What there is is told, if no call for tasks takes it along.</summary>
    public void Tell() => _ready.Set();

    /// <summary>A lease is lost: nobody wants its outcome.</summary>
    public void Drop(string token)
    {
        lock (_gate)
        {
            if (_kept.Remove(token, out var outcome))
                outcome.IsDropped = true;
        }

        // It may have been the last that somebody waits for.
        _told.Set();
    }

    /// <summary>What the next call is to carry; <see cref="OnAnswer"/> or <see cref="OnFault"/> says what became of it.</summary>
    public List<WorkerOutcome> Take()
    {
        var batch = new List<WorkerOutcome>();
        lock (_gate)
        {
            for (var size = 0; batch.Count < Most && _waiting.TryPeek(out var next);)
            {
                if (!next.IsDropped && batch.Count > 0 && size + next.Json.Length > MostBytes)
                    break;
                _waiting.Dequeue();
                if (next.IsDropped)
                    continue;
                batch.Add(next);
                size += next.Json.Length + 1;
            }
        }

        return batch;
    }

    /// <summary>Tells the last progress of those whose outcomes are about to be told: afterwards nobody could.</summary>
    public async ValueTask ReportAsync(IReadOnlyList<WorkerOutcome> batch)
    {
        List<HandlerAttempt>? unsent = null;
        foreach (var outcome in batch)
        {
            if (outcome.Attempt is { Unsent: not null } attempt)
                (unsent ??= []).Add(attempt);
        }

        if (unsent is not null)
            await progress.SendAsync(unsent).ConfigureAwait(false);
    }

    /// <summary>The service has answered a call with these.</summary>
    public void OnAnswer(IReadOnlyList<WorkerOutcome> batch, IReadOnlyList<OutcomeAnswer> answers)
    {
        for (var i = 0; i < batch.Count && i < answers.Count; i++)
        {
            var (outcome, answer) = (batch[i], answers[i]);
            var problem = answer.Problem?.Type?.Split(':')[^1];
            if (problem == LargeProblem && outcome.Outcome.Kind == HandlerOutcomeKind.Returned)
            {
                outcome.Replace(AttemptEnd.ResultTooLarge, FormattableString.Invariant($"The result has {outcome.Outcome.Result.Length:N0} bytes of JSON; the service takes fewer."));
                Again(outcome, _waiting);
                continue;
            }

            if (problem is not null)
                WorkerLog.NotTaken(logger, outcome.Id, problem);
            else if (outcome.Attempt is { } attempt && outcome.Outcome.Error is { } error)
                HandlerLog.Raised(logger, attempt, error.Reason, answer.Status ?? TaskState.Failed, answer.DueAt);
            Settle(outcome);
        }

        // Not said: not known.
        for (var i = answers.Count; i < batch.Count; i++) Again(batch[i], _waiting);
    }

    /// <summary>A call with these has failed. True if it may be made again at once, without what may be the reason.</summary>
    public bool OnFault(IReadOnlyList<WorkerOutcome> batch, Exception exception)
    {
        var isTheirs = batch.Count > 0 && exception is TaskApiException { Problem.Status: 400 or 413 };
        foreach (var outcome in batch) Again(outcome, isTheirs ? _alone : _waiting);
        return isTheirs;
    }

    /// <summary>Tells what no call for tasks takes along, because the one that there is is held. Doesn't fault.</summary>
    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        var backoff = new WorkerBackoff(timeProvider);
        while (!cancellationToken.IsCancellationRequested)
        {
            await _ready.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ready.Reset();
            // Those that end together go together, with the next call for tasks if that is about to be made.
            for (var i = 0; i < 2; i++) await Task.Yield();
            while (!cancellationToken.IsCancellationRequested && await DeliverOnceAsync(backoff, cancellationToken).ConfigureAwait(false))
            {
                // There may be more.
            }
        }
    }

    /// <summary>Waits until there is none left.</summary>
    public async Task WaitUntilEmptyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _told.Reset();
            if (Count == 0)
                return;
            await _told.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> DeliverOnceAsync(WorkerBackoff backoff, CancellationToken cancellationToken)
    {
        var batch = Take();
        var lone = batch.Count == 0 ? TakeAlone() : null;
        if (lone is not null)
            batch.Add(lone);
        if (batch.Count == 0)
            return false;
        try
        {
            await ReportAsync(batch).ConfigureAwait(false);
            OnAnswer(batch, (await link.PostAsync("work/finish", WorkerBodies.Finish(batch), TimeSpan.Zero, WorkerJson.Default.FinishAnswer, cancellationToken).ConfigureAwait(false)).Outcomes);
            backoff.Reset();
        }
        catch (TaskApiException exception) when (lone is not null && exception.Problem.Status is 400 or 413)
        {
            Refuse(lone!, exception);
        }
        catch (Exception exception)
        {
            if (!OnFault(batch, exception))
                await backoff.PauseAsync(exception, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    // It would be the same the next time.
    private void Refuse(WorkerOutcome outcome, TaskApiException exception)
    {
        if (outcome.Outcome.Kind == HandlerOutcomeKind.Returned)
        {
            outcome.Replace(exception.Problem.Status == 413 ? AttemptEnd.ResultTooLarge : InvalidReason, exception.Message);
            Again(outcome, _waiting);
            return;
        }

        WorkerLog.GivenUp(logger, outcome.Id, exception.Message);
        Settle(outcome);
    }

    private WorkerOutcome? TakeAlone()
    {
        lock (_gate)
        {
            while (_alone.TryDequeue(out var outcome))
            {
                if (!outcome.IsDropped)
                    return outcome;
            }

            return null;
        }
    }

    private void Again(WorkerOutcome outcome, Queue<WorkerOutcome> queue)
    {
        lock (_gate)
        {
            if (!outcome.IsDropped)
                queue.Enqueue(outcome);
        }

        _ready.Set();
    }

    private void Settle(WorkerOutcome outcome)
    {
        lock (_gate)
            _kept.Remove(outcome.Token);
        settled(outcome);
        _told.Set();
    }
}
