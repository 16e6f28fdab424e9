using System.Diagnostics.CodeAnalysis;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Work;

/// <summary>What an attempt has been told. They add up.</summary>
[Flags]
internal enum AttemptSignals
{
    None = 0,

    /// <summary>Its task is asked to end.</summary>
    CancelRequested = 1,

    /// <summary>What it says doesn't count any more.</summary>
    Lost = 2,

    /// <summary>The program stops.</summary>
    Stopping = 4,

    /// <summary>The log has said that it ignores its token.</summary>
    GivenUp = 8,

    /// <summary>It is over.</summary>
    Ended = 16,
}

/// <summary>One attempt of a task in this process, and what its handler sees of it. Thread-safe.</summary>
/// <param name="leased">The task.</param>
/// <param name="lane">Where it came from.</param>
/// <param name="tools">What its handler may do.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source has nothing to dispose of.")]
internal sealed class HandlerAttempt(in LeasedTask leased, HandlerLane lane, AttemptTools tools) : TaskContext
{
    // Owned by the attempt. It has no timer and is linked to nothing, so it needs no disposal; and who has kept the token may still ask it.
    private readonly CancellationTokenSource _source = new();
    private readonly TaskSnapshot _task = leased.Task;
    private WorkProgress? _unsent;
    private int _signals;

    /// <summary>Which lease it has.</summary>
    public LeaseToken Token { get; } = leased.Token;

    public HandlerLane Lane { get; } = lane;

    public WorkHandler Handler => Lane.Handler;

    public TaskSnapshot Snapshot => _task;

    public WorkSnapshot Work => _task.Work!;

    public CancellationToken CancellationToken => _source.Token;

    public AttemptSignals Signals => (AttemptSignals)Volatile.Read(ref _signals);

    /// <summary>When its token was first cancelled, on the steady clock; 0 before.</summary>
    public long CancelledAt { get; private set; }

    /// <summary>Waits for an end that is overdue; owned by the attempt, null unless it does.</summary>
    public ITimer? Overdue { get; set; }

    /// <summary>What its handler has thrown, for the log; null if it has not.</summary>
    public Exception? Exception { get; set; }

    /// <summary>The progress to pass on, or that is being passed on just now; null if there is none.</summary>
    public WorkProgress? Unsent => Volatile.Read(ref _unsent);

    /// <inheritdoc/>
    public override Guid Id => _task.Id;

    /// <inheritdoc/>
    public override string Type => Work.Type;

    /// <inheritdoc/>
    public override int Attempt => Work.Attempt;

    /// <inheritdoc/>
    public override string? TraceParent => Work.TraceParent;

    /// <summary>True if it has been told this.</summary>
    public bool Has(AttemptSignals signal) => (Signals & signal) != AttemptSignals.None;

    /// <summary>Notes something; false if it was noted before.</summary>
    public bool TryNote(AttemptSignals signal) => ((AttemptSignals)Interlocked.Or(ref _signals, (int)signal) & signal) == AttemptSignals.None;

    /// <summary>Tells its handler to end. What listens to its token is called on other threads.</summary>
    public void Cancel(AttemptSignals why)
    {
        var first = CancelledAt == 0;
        if (first)
            CancelledAt = tools.TimeProvider.GetTimestamp();
        if (!TryNote(why) || !first)
            return;
        // What listens belongs to the handler, and so do its faults.
        _ = _source.CancelAsync().ContinueWith(
            static (cancelled, state) => HandlerLog.CallbackFailed((ILogger)state!, cancelled.Exception!.InnerException!), tools.Logger, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>This progress has been passed on; false if there is newer one.</summary>
    public bool TryClear(WorkProgress sent) => ReferenceEquals(Interlocked.CompareExchange(ref _unsent, value: null, sent), sent);

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
        if (Interlocked.Exchange(ref _unsent, new WorkProgress(done, total, ProgressWriter.Cut(note))) is null)
            tools.Progress.Add(this);
    }

    /// <inheritdoc/>
    public override Task<Guid> CreateAsync<TInput>(string type, TInput input, ChildTaskOptions? options = null, CancellationToken cancellationToken = default) =>
        tools.Children.CreateAsync(this, type, Handler.Write(input), options ?? ChildTasks.Plain, cancellationToken);
}

/// <summary>What handlers may do in an attempt.</summary>
/// <param name="Progress">Passes progress on.</param>
/// <param name="Children">Creates tasks.</param>
/// <param name="TimeProvider">Time, real or a test's.</param>
/// <param name="Logger">The log.</param>
internal sealed record AttemptTools(ProgressWriter Progress, ChildTasks Children, TimeProvider TimeProvider, ILogger Logger);
