using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The writer's connection. For the writer alone.</summary>
internal interface IWriteSession : IDisposable
{
    /// <summary>What is said about calls with a key.</summary>
    IIdempotencyStatements Keys { get; }

    /// <summary>What is said about tasks with work; null where the storage runs none.</summary>
    IWorkStatements? Work { get; }

    /// <summary>What is said about tasks that wait for others.</summary>
    IAftermathStatements Aftermath { get; }

    /// <summary>What is said about what is called when tasks are done.</summary>
    ICallbackStatements Callbacks { get; }

    /// <summary>What is said about queues.</summary>
    IQueueStatements Queues { get; }

    /// <summary>What is said about schedules.</summary>
    IScheduleStatements Schedules { get; }

    /// <summary>What there is beyond that where other processes share the database; null where none does.</summary>
    IClusterSession? Cluster { get; }

    /// <summary>Learns what has to be known before the first transaction.</summary>
    /// <param name="clock">Goes on from what the database says.</param>
    void Load(RunClock clock);

    /// <summary>Begins a transaction.</summary>
    /// <param name="operations">What it is going to do; it finds nothing else.</param>
    void Begin(IReadOnlyList<WriteOperation> operations);

    /// <summary>When this returns, what was done since <see cref="Begin"/> is on disk. If it fails, nothing of it is, unless it says that nobody knows.</summary>
    /// <param name="batch">What was done.</param>
    /// <param name="waiting">How many changes wait for the next transaction, which follows at once if there are any.</param>
    void Commit(WriteBatch batch, int waiting);

    void Rollback();

    /// <summary>Does what may wait until everybody has been told of a transaction: nothing by default.</summary>
    void TidyUp()
    {
    }

    void Insert(TaskRow row);

    /// <summary>A task that the transaction has just created may be changed by it, too; <paramref name="work"/> is its work, if it has some.</summary>
    void HoldNew(TaskRow row, WorkRow? work)
    {
    }

    /// <summary>The task with this number as the transaction has it, or null.</summary>
    TaskRow? Find(long sequence);

    /// <summary>The task with this number as it was committed, or null.</summary>
    TaskRow? FindCommitted(long sequence);

    /// <summary>Writes down what has become of a task that the transaction has found.</summary>
    void Change(TaskRow row);

    /// <summary>Brings what is due at <paramref name="run"/> to its final state; adds it to <paramref name="claimed"/>, in due order.</summary>
    void Claim(long run, long retentionNow, long wall, int zone, int limit, bool show, List<ClaimedTask> claimed);

    /// <summary>The pending task that the clock has to look at next; null if there is none. Where other processes share the database, since when it is overdue isn't asked.</summary>
    FirstDue? FindFirstDue();

    /// <summary>When, on the retention clock, the finished task to forget next was finished; null if there is none.</summary>
    long? OldestFinished();

    /// <summary>Forgets tasks finished until then, on the retention clock, the earliest first; answers how many.</summary>
    int Forget(long until, long limit);
}
