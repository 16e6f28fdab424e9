using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What is written down of an attempt that is over. For one caller at a time.</summary>
internal sealed class AttemptEnds
{
    private readonly BlobWriter _bytes = new();

    /// <summary>True if the attempt is as if it had never begun.</summary>
    public static bool IsReturned(in HeldWork held, in Transition transition) => transition.Task.Attempt < held.Work.Attempt;

    /// <summary>The task's work without the attempt that has run, which is among those that are over.</summary>
    /// <param name="held">The task before it.</param>
    /// <param name="transition">What becomes of it.</param>
    /// <param name="now">When, in Unix milliseconds.</param>
    /// <param name="told">What whoever ran it has told; null if it ended otherwise.</param>
    public WorkRow End(in HeldWork held, in Transition transition, long now, in WorkOutcome? told)
    {
        var work = held.Work;
        var ended = work with { Running = 0, LeaseMs = null, LeaseUntil = null, LimitAt = null, Beat = null, Reason = null, Detail = null, GraceUntil = null, GraceAt = null, CancelSeen = 0 };
        if (IsReturned(held, transition)) return BeforeIt(ended);
        var entry = new AttemptEntry(work.Attempt, held.Token.Secret, work.Worker, work.Started!.Value, now, transition.Ended!.Value, transition.AttemptError)
        {
            Taken = told is { } outcome ? new TakenOutcome(outcome.Kind, outcome.Retry, outcome.DelaySeconds, transition.Task.State, transition.Task.DueAt) : null,
        };
        return ended with { Attempts = AttemptLog.Add(work.Attempts, entry, _bytes) };
    }

    // The last attempt is again the one before.
    private static WorkRow BeforeIt(WorkRow work)
    {
        var entries = AttemptLog.Read(work.Attempts);
        return entries.Count == 0
            ? work with { Worker = null, Started = null, Secret = null }
            : work with { Worker = entries[^1].Worker, Started = entries[^1].StartedAt, Secret = WorkBlobs.Write(entries[^1].Secret) };
    }
}
