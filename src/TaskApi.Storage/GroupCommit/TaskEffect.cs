using TaskApi.Engine.Events;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Something that became of a task in a transaction, to be told once that is on disk.</summary>
/// <param name="Kind">What.</param>
/// <param name="Id">All of the task's id.</param>
/// <param name="DueTick">When it was due, and there, on the run's clock; means something for <see cref="TaskEventKind.Completed"/> of a message only.</param>
/// <param name="Task">The task just after it, if it was looked at.</param>
/// <param name="IsOfWork">True if the task has work.</param>
/// <param name="AttemptError">The attempt's error, for <see cref="TaskEventKind.Retrying"/>; null if it had none.</param>
internal readonly record struct TaskEffect(TaskEventKind Kind, TaskId Id, long DueTick, TaskSnapshot? Task, bool IsOfWork = false, TaskError? AttemptError = null)
{
    /// <summary>The task's number.</summary>
    public long Sequence => Id.Sequence;
}
