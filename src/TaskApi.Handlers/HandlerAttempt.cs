using System.Diagnostics.CodeAnalysis;

namespace TaskApi.Handlers;

/// <summary>One attempt of a task in this process, wherever the task is kept, and what its handler sees of it. Thread-safe.</summary>
/// <param name="handler">Runs it.</param>
/// <param name="tools">What its handler may do.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source has nothing to dispose of.")]
internal abstract class HandlerAttempt(WorkHandler handler, AttemptTools tools) : TaskContext
{
    // Owned by the attempt. It has no timer and is linked to nothing, so it needs no disposal; and who has kept the token may still ask it.
    private readonly CancellationTokenSource _source = new();

    // Waits for an end that is overdue; owned by the attempt, null unless it does.
    private ITimer? _overdue;
    private AttemptProgress? _unsent;
    private long _cancelledAt;
    private int _signals;

    public WorkHandler Handler { get; } = handler;

    /// <summary>What the handler gets: one JSON value; empty for none, which is <c>null</c>.</summary>
    public abstract ReadOnlyMemory<byte> Input { get; }

    public CancellationToken CancellationToken => _source.Token;

    public AttemptSignals Signals => (AttemptSignals)Volatile.Read(ref _signals);

    /// <summary>What its handler has thrown, for the log; null if it has not.</summary>
    public Exception? Exception { get; set; }

    /// <summary>The progress to pass on, or that is being passed on just now; null if there is none.</summary>
    public AttemptProgress? Unsent => Volatile.Read(ref _unsent);

    /// <summary>True if it has been told this.</summary>
    public bool Has(AttemptSignals signal) => (Signals & signal) != AttemptSignals.None;

    /// <summary>Notes something; false if it was noted before.</summary>
    public bool TryNote(AttemptSignals signal) => ((AttemptSignals)Interlocked.Or(ref _signals, (int)signal) & signal) == AttemptSignals.None;

    /// <summary>Tells its handler to end. What listens to its token is called on other threads.</summary>
    public void Cancel(AttemptSignals why)
    {
        var first = _cancelledAt == 0;
        if (first)
            _cancelledAt = tools.TimeProvider.GetTimestamp();
        if (!TryNote(why) || !first)
            return;
        // What listens belongs to the handler, and so do its faults.
        _ = _source.CancelAsync().ContinueWith(
            static (cancelled, state) => HandlerLog.CallbackFailed((ILogger)state!, cancelled.Exception!.InnerException!), tools.Logger, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Its lease is over. Who was told to end before has had its time; who is told only now gets it, and then the log names it.</summary>
    /// <param name="grace">How long it may clean up.</param>
    public void Lose(TimeSpan grace)
    {
        var left = _cancelledAt is not 0 and var since ? grace - tools.TimeProvider.GetElapsedTime(since) : grace;
        Cancel(AttemptSignals.Lost);
        if (left <= TimeSpan.Zero)
            GiveUp();
        else
            _overdue = tools.TimeProvider.CreateTimer(static late => ((HandlerAttempt)late!).GiveUp(), this, left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It is over, and nobody waits for it any more.</summary>
    public void Leave()
    {
        _overdue?.Dispose();
        if (Has(AttemptSignals.GivenUp))
            HandlerLog.EndedAfterAll(tools.Logger, Id, Type, Attempt);
    }

    /// <summary>This progress has been passed on; false if there is newer one.</summary>
    public bool TryClear(AttemptProgress sent) => ReferenceEquals(Interlocked.CompareExchange(ref _unsent, value: null, sent), sent);

    /// <inheritdoc/>
    public override void ReportProgress(double done, double? total = null, string? note = null)
    {
        if (!double.IsFinite(done))
            throw new ArgumentOutOfRangeException(nameof(done), done, "Progress is a finite number.");
        if (total is { } all && !double.IsFinite(all))
            throw new ArgumentOutOfRangeException(nameof(total), total, "Progress is a finite number.");
        if (Has(AttemptSignals.Ended | AttemptSignals.Lost))
            return;
        // Who has one already is on the list.
        if (Interlocked.Exchange(ref _unsent, new AttemptProgress(done, total, TextRule.Cut(note, FieldRules.Note.MaxLength))) is null)
            tools.Progress.Add(this);
    }

    private void GiveUp()
    {
        if (!Has(AttemptSignals.Ended) && TryNote(AttemptSignals.GivenUp))
            HandlerLog.GivenUp(tools.Logger, Id, Type, Attempt);
    }
}

/// <summary>What handlers may do in an attempt.</summary>
/// <param name="Progress">Passes progress on.</param>
/// <param name="TimeProvider">Time, real or a test's.</param>
/// <param name="Logger">The log.</param>
internal sealed record AttemptTools(ProgressWriter Progress, TimeProvider TimeProvider, ILogger Logger);
