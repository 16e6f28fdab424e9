using System.Data.Common;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A task that has come due or timed out, as the database answers it.</summary>
/// <param name="Id">All of its id.</param>
/// <param name="Owner">Its owner's number.</param>
/// <param name="State">Its final state.</param>
/// <param name="Wake">When it came due, on the run's clock.</param>
/// <param name="Row">All of it, if that was asked for.</param>
internal readonly record struct ClaimedTask(TaskId Id, int Owner, TaskState State, long Wake, TaskRow? Row)
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public const string Columns = "sequence, nonce, created + skew, owner, state, due + lag";

    /// <summary>In the order in which they came due.</summary>
    public static int Compare(ClaimedTask one, ClaimedTask other) => (one.Wake, one.Id.Sequence).CompareTo((other.Wake, other.Id.Sequence));

    /// <summary>Takes one from a reader of <see cref="Columns"/>, or of all of <see cref="TaskRow.Columns"/>.</summary>
    public static ClaimedTask Read(DbDataReader reader, bool isWhole)
    {
        if (isWhole && TaskRow.Read(reader) is var row) return new ClaimedTask(row.Id, row.Owner, row.State, row.Wake, row);
        var id = new TaskId(reader.GetInt64(2), reader.GetInt64(0), (uint)reader.GetInt64(1));
        return new ClaimedTask(id, reader.GetInt32(3), (TaskState)reader.GetInt32(4), reader.GetInt64(5), Row: null);
    }
}

/// <summary>The writer's connection. For the writer alone.</summary>
internal interface IWriteSession : IDisposable
{
    /// <summary>What is said about calls with a key.</summary>
    ICallStatements Calls { get; }

    /// <summary>True if the transaction that has begun tells other processes of all that it does, and not of final states only.</summary>
    bool TellsAll { get; }

    /// <summary>Learns what has to be known before the first transaction.</summary>
    /// <param name="clock">Goes on from what the database says.</param>
    void TakeStock(RunClock clock);

    /// <summary>Begins a transaction.</summary>
    /// <param name="operations">What it is going to do; it finds nothing else.</param>
    void Begin(IReadOnlyList<WriteOperation> operations);

    /// <summary>When this returns, what was done since <see cref="Begin"/> is on disk.</summary>
    /// <param name="batch">What was done.</param>
    /// <param name="waiting">How many changes wait for the next transaction, which follows at once if there are any.</param>
    void Commit(WriteBatch batch, int waiting);

    /// <summary>True if the next transaction has been begun with the last, in the expectation that it follows at once.</summary>
    bool HasBegunNext { get; }

    /// <summary>Ends a transaction that was begun in vain. Never fails: if it can't be ended, its connection is given up.</summary>
    void GiveUpNext();

    /// <summary>True if the last transaction may have been committed, though <see cref="Commit"/> failed. Otherwise one that failed has left nothing behind.</summary>
    bool MayHaveCommitted { get; }

    void Rollback();

    /// <summary>Does what may wait until everybody has been told of a transaction.</summary>
    void Settle();

    void Insert(TaskRow row);

    /// <summary>The task with this number as the transaction has it, or null.</summary>
    TaskRow? Find(long sequence);

    /// <summary>The task with this number as it was committed, or null.</summary>
    TaskRow? Look(long sequence);

    /// <summary>Cancels a task of the owner's; null if it isn't pending.</summary>
    TaskRow? Cancel(long sequence, int owner, TaskError error, long wall, long kept);

    /// <summary>Gives a pending task the due time and the message of <paramref name="row"/>, and its next version.</summary>
    void Reschedule(TaskRow row);

    /// <summary>Brings what is due at <paramref name="run"/> to its final state; adds it to <paramref name="claimed"/>, in due order.</summary>
    void Claim(long run, long kept, long wall, int zone, int limit, bool show, List<ClaimedTask> claimed);

    /// <summary>When the clock has to look at a pending task next; null: never.</summary>
    long? NextWake();

    /// <summary>When, on the clock of what is kept, the finished task to forget next was finished; null if there is none.</summary>
    long? NextGone();

    /// <summary>Forgets tasks finished until then, on the clock of what is kept, the earliest first; answers how many.</summary>
    int Forget(long until, long limit);
}
