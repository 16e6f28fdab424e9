using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>One attempt, and what was said of its end, for whoever says it again. Written under the storage's lock.</summary>
/// <param name="number">From 1.</param>
/// <param name="secret">What its token has that nobody can guess.</param>
/// <param name="worker">Who runs it; null for nobody.</param>
/// <param name="startedAt">In Unix milliseconds.</param>
internal sealed class WorkAttempt(int number, UInt128 secret, string? worker, long startedAt)
{
    private WorkOutcomeKind _kind;
    private bool _isTaken;
    private bool _retry;
    private double _delaySeconds;
    private TaskState _state;
    private long _dueAt;

    public int Number { get; } = number;

    public UInt128 Secret { get; } = secret;

    public string? Worker { get; } = worker;

    public long StartedAt { get; } = startedAt;

    /// <summary>In Unix milliseconds; means something once there is an <see cref="Outcome"/>.</summary>
    public long EndedAt;
    public AttemptOutcome? Outcome;
    public TaskError? Error;

    /// <summary>True if it ended by an outcome that whoever ran it told.</summary>
    public bool IsTaken => _isTaken;

    /// <summary>Remembers the outcome that ended it, and what became of the task.</summary>
    public void Take(in WorkOutcome outcome, in TaskFacts after)
    {
        (_isTaken, _kind, _retry, _delaySeconds) = (true, outcome.Kind, outcome.Retry, outcome.DelaySeconds);
        (_state, _dueAt) = (after.State, after.DueAt);
    }

    /// <summary>True if it is the outcome that was taken.</summary>
    /// <param name="outcome">What is said now.</param>
    /// <param name="result">What the task has as its result.</param>
    public bool IsSame(in WorkOutcome outcome, byte[]? result) => _isTaken && outcome.Kind == _kind && _kind switch
    {
        WorkOutcomeKind.Result => outcome.Result.Span.SequenceEqual(result),
        WorkOutcomeKind.Error => outcome.Error == Error && outcome.Retry == _retry,
        WorkOutcomeKind.Release => outcome.DelaySeconds == _delaySeconds,
        _ => true,
    };

    /// <summary>The answer that the outcome had.</summary>
    public FinishAnswer Answer(Guid id) => new(FinishProblem.None, id, _state, _state == TaskState.Pending ? EngineClock.ToInstant(_dueAt) : null);

    /// <summary>What is shown of it.</summary>
    public AttemptInfo ToInfo() => new(Number, Worker, EngineClock.ToInstant(StartedAt), Outcome is null ? null : EngineClock.ToInstant(EndedAt), Outcome, Error);
}
