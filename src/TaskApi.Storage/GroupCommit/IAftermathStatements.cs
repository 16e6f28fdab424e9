using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer says to the database about tasks that wait for others, and about what follows when these are done. For the writer alone.</summary>
internal interface IAftermathStatements
{
    /// <summary>How long to leave alone what another process holds, in milliseconds.</summary>
    long Pause => 0;

    /// <summary>What is said about gathers.</summary>
    IGatherStatements Gathers { get; }

    /// <summary>A new task waits for another, which the transaction holds.</summary>
    void Wait(long dependency, long dependant);

    /// <summary>A task doesn't wait for another any more.</summary>
    void Release(long dependency, long dependant);

    /// <summary>
    /// Tasks that wait for others which are done, in the order of both: held, but for those that another process holds.
    /// </summary>
    /// <param name="dependencies">The numbers of those that are done.</param>
    /// <param name="limit">How many at the most.</param>
    IReadOnlyList<WaitingTask> FindWaiting(IReadOnlyList<long> dependencies, int limit);

    /// <summary>Writes down that something is left to do.</summary>
    void Keep(in TaskEnd end);

    /// <summary>All of it has been done.</summary>
    void Forget(in TaskEnd end);

    /// <summary>Holds what is left to do from earlier transactions, also of other processes; but for what another process has taken.</summary>
    /// <param name="limit">How much at the most.</param>
    IReadOnlyList<TaskEnd> TakeKept(int limit);

    /// <summary>True if something may be left to do from earlier transactions. Called before the first one.</summary>
    bool HasKept();
}

/// <summary>A task that waits for another.</summary>
/// <param name="Dependency">The number of that one.</param>
/// <param name="Sequence">Its own.</param>
/// <param name="IsHeld">True if the transaction holds it.</param>
internal readonly record struct WaitingTask(long Dependency, long Sequence, bool IsHeld);
