using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>
/// Tells the storage how attempts ended. A lone outcome is told at once; whatever ends while the storage is being told goes along in one call after
/// that. Thread-safe.
/// </summary>
/// <param name="source">The storage.</param>
/// <param name="progress">Passes on the last of the progress.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="logger">The log.</param>
internal sealed class OutcomeWriter(IWorkSource source, ProgressWriter progress, TimeProvider timeProvider, ILogger logger) : IAttemptOutcomes, IThreadPoolWorkItem
{
    private const int Most = 1_000;

    /// <summary>How long after a fault it tries again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private List<LeasedAttempt> _attempts = [];
    private List<WorkOutcome> _outcomes = [];
    private List<LeasedAttempt> _writtenAttempts = [];
    private List<WorkOutcome> _written = [];
    private bool _isWriting;
    private volatile bool _isClosed;

    /// <inheritdoc/>
    /// <remarks>It leaves its lane when the storage knows.</remarks>
    public void Add(HandlerAttempt attempt, in HandlerOutcome outcome)
    {
        var leased = (LeasedAttempt)attempt;
        lock (_gate)
        {
            _attempts.Add(leased);
            _outcomes.Add(WorkOutcome.Of(leased.Token, outcome));
            if (_isWriting)
                return;
            _isWriting = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The storage is gone: what ends from now on is told once at the most.</summary>
    public void Close() => _isClosed = true;

    // Owned by the writer: it doesn't fault.
    void IThreadPoolWorkItem.Execute() => _ = WriteAllAsync();

    private async Task WriteAllAsync()
    {
        while (TakeBatch())
        {
            await WriteAsync();
            Leave();
        }
    }

    private bool TakeBatch()
    {
        lock (_gate)
        {
            if (_outcomes.Count == 0)
            {
                _isWriting = false;
                return false;
            }

            (_attempts, _writtenAttempts) = (_writtenAttempts, _attempts);
            (_outcomes, _written) = (_written, _outcomes);
            return true;
        }
    }

    private async ValueTask WriteAsync()
    {
        for (var from = 0; from < _written.Count; from += Most)
        {
            var part = _written.Count <= Most ? _written : _written.GetRange(from, Math.Min(Most, _written.Count - from));
            var answers = await FinishAsync(part);
            for (var i = 0; i < answers.Length; i++)
            {
                var outcome = part[i];
                if (answers[i].Problem == FinishProblem.ResultTooLarge)
                {
                    outcome = TooLarge(outcome);
                    answers[i] = (await FinishAsync([outcome]))[0];
                }

                if (answers[i].Problem == FinishProblem.None && outcome.Error is { } error)
                    HandlerLog.Raised(logger, _writtenAttempts[from + i], error.Reason, answers[i].State, answers[i].DueAt);
            }
        }
    }

    // Until the storage has taken them, however long it is out of order: to say the same outcome again changes nothing.
    private async ValueTask<FinishAnswer[]> FinishAsync(List<WorkOutcome> outcomes)
    {
        while (true)
        {
            try
            {
                // The last that was reported comes before the end.
                if (_writtenAttempts.Exists(static attempt => attempt.Unsent is not null))
                    await progress.SendAsync(_writtenAttempts.FindAll(static attempt => attempt.Unsent is not null));
                return await source.FinishAsync(owner: null, outcomes, CancellationToken.None);
            }
            catch (Exception) when (_isClosed)
            {
                var nobodys = new FinishAnswer[outcomes.Count];
                Array.Fill(nobodys, new FinishAnswer(FinishProblem.LeaseLost));
                return nobodys;
            }
            catch (Exception exception)
            {
                RunnerLog.CannotFinish(logger, exception, outcomes.Count, Pause.TotalSeconds);
                await Task.Delay(Pause, timeProvider);
            }
        }
    }

    private static WorkOutcome TooLarge(in WorkOutcome outcome) => WorkOutcome.Raised(
        outcome.Token, AttemptEnd.ResultTooLarge, FormattableString.Invariant($"The result has {outcome.Result.Length:N0} bytes of JSON; Work:MaxResultBytes allows fewer."), retry: false);

    private void Leave()
    {
        for (var i = 0; i < _writtenAttempts.Count;)
        {
            var lane = _writtenAttempts[i].Lane;
            var count = 0;
            for (; i < _writtenAttempts.Count && _writtenAttempts[i].Lane == lane; i++, count++) lane.Forget(_writtenAttempts[i]);
            lane.Gate.Leave(count);
        }

        _writtenAttempts.Clear();
        _written.Clear();
    }
}
