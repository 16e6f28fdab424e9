using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Takes outcomes, within one transaction. For the writer alone.</summary>
/// <param name="work">What the transaction does to work.</param>
/// <param name="options">How large a result may be.</param>
internal sealed class WorkOutcomes(WorkBatch work, WorkOptions options)
{
    /// <summary>Takes outcomes, one after the other; puts an answer for each at its place.</summary>
    public void Take(string? owner, ReadOnlySpan<WorkOutcome> outcomes, Span<FinishAnswer> answers)
    {
        for (var i = 0; i < outcomes.Length; i++) answers[i] = Take(owner, outcomes[i]);
    }

    private FinishAnswer Take(string? owner, in WorkOutcome told)
    {
        if (work.Find(owner, told.Token.Task) is not { } held) return new FinishAnswer(FinishProblem.LeaseLost);
        var outcome = told.WithResult();
        var id = outcome.Token.Task;
        // What time does to it comes first, if the alarm is late.
        if (held.Work.IsRunning) held = work.Check(held);
        if (!held.Work.IsRunning || held.Token != outcome.Token)
        {
            // An attempt that is over, or never was.
            if (AttemptLog.Find(held.Work.Attempts, outcome.Token) is not { } over) return new FinishAnswer(FinishProblem.LeaseLost);
            return over.IsSame(outcome, held.Work.Result) ? over.Answer(id) : new FinishAnswer(FinishProblem.LeaseLost, id);
        }

        if (outcome.Kind == WorkOutcomeKind.Keep)
        {
            // From now on it is a worker's, whose lease nothing but its time limit ends: not with this process either.
            work.Change(held, held.Work with { Beat = null, LeaseUntil = null });
            return new FinishAnswer(FinishProblem.None, id, TaskState.Running);
        }

        // What a URL has answered has a bound of its own.
        if (outcome.Result.Length > options.MaxResultBytes && (owner is not null || held.Work.Type != WorkTypes.Http)) return new FinishAnswer(FinishProblem.ResultTooLarge, id);
        var transition = work.Decide(held, outcome.ToCommand());
        if (transition.IsChange) work.Carry(held, transition, outcome);
        var after = transition.Task;
        return new FinishAnswer(FinishProblem.None, id, after.State, after.State == TaskState.Pending ? EngineClock.ToInstant(after.DueAt) : null);
    }
}
