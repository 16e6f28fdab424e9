using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Cancels many tasks, within one transaction. For the writer alone.</summary>
internal static class BulkCancellation
{
    /// <summary>Cancels those of the tasks that are the owner's and not done; puts an answer for each at its place.</summary>
    public static void Cancel(this WriteBatch batch, string owner, ReadOnlySpan<Guid> ids, TaskError error, Span<TaskAnswer> answers)
    {
        for (var i = 0; i < ids.Length; i++)
            answers[i] = TaskId.TryParse(ids[i], out var id) ? batch.Cancel(owner, id, error) : new TaskAnswer(AnswerStatus.NotFound);
    }

    /// <summary>Cancels those of the owner's tasks that aren't done; answers how many.</summary>
    public static CancelCounts Cancel(this WriteBatch batch, string owner, IReadOnlyList<TaskId> ids, TaskError error)
    {
        var (counts, command) = (default(CancelCounts), TaskCommand.Cancel(error));
        foreach (var id in ids)
        {
            if (batch.Find(owner, id) is not { } task || Transitions.Decide(task.Facts, command, batch.Wall) is not { IsChange: true } transition) continue;
            batch.Carry(owner, task, transition);
            counts = transition.Task.State == TaskState.Running ? counts with { Requested = counts.Requested + 1 } : counts with { Cancelled = counts.Cancelled + 1 };
        }

        return counts;
    }
}
