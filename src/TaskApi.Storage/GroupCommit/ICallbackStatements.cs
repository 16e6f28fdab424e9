using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer says to the database about what is called when tasks are done. It is kept for as long as the task is. For the writer alone.</summary>
internal interface ICallbackStatements
{
    /// <summary>A task that the transaction has just created has one.</summary>
    void Insert(long sequence, CallbackSpec callback);

    /// <summary>That of a task, be it done or not; null if it has none.</summary>
    CallbackSpec? Find(long sequence);

    /// <summary>Takes those of tasks that the transaction has ended: each is answered once, whoever asks.</summary>
    /// <param name="ended">The numbers of these tasks.</param>
    /// <param name="unread">Those of them that are messages whose rows are wanted, too.</param>
    IReadOnlyList<EndedTask> Take(IReadOnlyList<long> ended, IReadOnlyList<long> unread);

    /// <summary>Takes those of tasks that somebody has ended who knows nothing of callbacks, with their rows.</summary>
    /// <param name="limit">How many at the most.</param>
    IReadOnlyList<EndedTask> TakeOwed(int limit) => [];
}

/// <summary>A task that is done, with what is called then.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Callback">What is called.</param>
/// <param name="Row">The task, if it was asked for.</param>
/// <param name="Work">Its work, if it has some.</param>
internal readonly record struct EndedTask(long Sequence, CallbackSpec Callback, TaskRow? Row, WorkRow? Work);
