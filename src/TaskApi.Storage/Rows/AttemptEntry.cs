using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.Rows;

/// <summary>An attempt that is over, and what was said of its end, for whoever says it again. Instants are Unix milliseconds.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Secret">What its token has that nobody can guess.</param>
/// <param name="Worker">Who ran it; null for nobody.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Outcome">How.</param>
/// <param name="Error">Its own error; null if it had none.</param>
internal readonly record struct AttemptEntry(int Number, UInt128 Secret, string? Worker, long StartedAt, long EndedAt, AttemptOutcome Outcome, TaskError? Error)
{
    /// <summary>What whoever ran it said of its end, and what became of the task; null if it ended otherwise.</summary>
    public TakenOutcome? Taken { get; init; }

    /// <summary>What is shown of it.</summary>
    public AttemptInfo ToInfo() => new(Number, Worker, EngineClock.ToInstant(StartedAt), EngineClock.ToInstant(EndedAt), Outcome, Error);

    /// <summary>True if it is the outcome that ended it.</summary>
    /// <param name="outcome">What is said now.</param>
    /// <param name="result">What the task has as its result.</param>
    public bool IsSame(in WorkOutcome outcome, byte[]? result) => Taken is { } taken && outcome.Kind == taken.Kind && taken.Kind switch
    {
        WorkOutcomeKind.Result => outcome.Result.Span.SequenceEqual(result),
        WorkOutcomeKind.Error => outcome.Error == Error && outcome.Retry == taken.Retry,
        WorkOutcomeKind.Release => outcome.DelaySeconds == taken.DelaySeconds,
        _ => true,
    };

    /// <summary>The answer that the outcome had.</summary>
    public FinishAnswer Answer(Guid id) => Taken is { } taken
        ? new FinishAnswer(FinishProblem.None, id, taken.State, taken.State == TaskState.Pending ? EngineClock.ToInstant(taken.DueAt) : null)
        : new FinishAnswer(FinishProblem.LeaseLost, id);

    public void Write(BlobWriter bytes)
    {
        bytes.Number(Number);
        bytes.Wide(Secret);
        bytes.Text(Worker);
        bytes.Number(StartedAt);
        bytes.Number(EndedAt - StartedAt);
        bytes.Number((long)Outcome);
        bytes.Text(Error?.Reason);
        bytes.Text(Error?.Detail);
        bytes.Flag(Taken is not null);
        if (Taken is not { } taken) return;
        bytes.Number((long)taken.Kind);
        bytes.Flag(taken.Retry);
        bytes.Double(taken.DelaySeconds);
        bytes.Number((long)taken.State);
        bytes.Number(taken.DueAt - EndedAt);
    }

    public static AttemptEntry Read(ref BlobReader bytes)
    {
        var (number, secret, worker, startedAt) = ((int)bytes.Number(), bytes.Wide(), bytes.Text(), bytes.Number());
        var (endedAt, outcome, reason, detail) = (startedAt + bytes.Number(), (AttemptOutcome)bytes.Number(), bytes.Text(), bytes.Text());
        var entry = new AttemptEntry(number, secret, worker, startedAt, endedAt, outcome, reason is null ? null : new TaskError(reason, detail));
        if (!bytes.Flag()) return entry;
        return entry with { Taken = new TakenOutcome((WorkOutcomeKind)bytes.Number(), bytes.Flag(), bytes.Double(), (TaskState)bytes.Number(), endedAt + bytes.Number()) };
    }
}

/// <summary>What whoever ran an attempt said of its end.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Retry">Of an error: whether it may be tried again.</param>
/// <param name="DelaySeconds">Of a release.</param>
/// <param name="State">Where the task stood after it.</param>
/// <param name="DueAt">When it was due then.</param>
internal readonly record struct TakenOutcome(WorkOutcomeKind Kind, bool Retry, double DelaySeconds, TaskState State, long DueAt);
