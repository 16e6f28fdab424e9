using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Changes the work of pending tasks, within one transaction. For the writer alone.</summary>
internal static class WorkRevision
{
    /// <summary>A pending task has another due time, input or priority, as has been decided. One that waits for others has it when it is released.</summary>
    /// <param name="batch">The transaction.</param>
    /// <param name="held">The task, its <see cref="TaskRow"/> changed already.</param>
    /// <param name="due">When it is due from now on; null: as before.</param>
    /// <param name="isInstant">True if that was asked for, and no delay.</param>
    /// <param name="priority">Its priority; null: as before.</param>
    public static HeldWork Revise(this WriteBatch batch, in HeldWork held, DueTime? due, bool isInstant, int? priority)
    {
        var work = held.Work with { Version = held.Work.Version + 1, Priority = priority ?? held.Work.Priority };
        if (due is { } later && work.AfterLeft > 0) work = work with { AfterAt = isInstant ? later.At : null };
        else if (due is { } at) work = work with { Due = at.At, DueOffset = at.DueOffset, Ready = at.At <= batch.Wall ? batch.Work.Queues.ReadyIn(work) : null };
        else if (work.IsReady) work = work with { Ready = batch.Work.Queues.ReadyIn(work) };
        batch.Work.Count(held.Work, work);
        return batch.Work.Change(held, work);
    }
}
