using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>A task of which another node has told, as it stands in the database now.</summary>
/// <param name="Row">What every task has.</param>
/// <param name="Work">What only one with work has.</param>
/// <param name="Shown">As clients see it.</param>
internal readonly record struct LookedUp(TaskRow Row, WorkRow? Work, TaskSnapshot Shown)
{
    /// <summary>The task as it was just after something that became of it, as far as that can be told: it may have gone on since.</summary>
    public ToldTask After(TaskEventKind kind)
    {
        if (kind.IsFinal()) return new ToldTask(Shown, AttemptError: null);
        if (Work is null) return new ToldTask(Row.BeforeItFinished().ToSnapshot(Shown.Owner), AttemptError: null);
        var attempts = AttemptLog.Read(Work.Attempts);
        var error = kind == TaskEventKind.Retrying && attempts.Count > 0 ? attempts[^1].Error : null;
        var running = kind is TaskEventKind.Started or TaskEventKind.Progress or TaskEventKind.Cancelling;
        if (Shown.State == (running ? TaskState.Running : TaskState.Pending)) return new ToldTask(Shown, error);
        var before = Work with { Running = running ? 1 : 0, Result = null, Reason = kind == TaskEventKind.Cancelling ? Work.Reason ?? TaskError.Cancelled : null, Detail = null };
        return new ToldTask(before.ToSnapshot(Row.BeforeItFinished(), Shown.Owner), error);
    }
}
