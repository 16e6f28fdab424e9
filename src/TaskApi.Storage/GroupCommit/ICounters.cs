using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Numbers and counts. Changed by the writer alone, within a transaction; owners may be asked for by anyone. Where one process has
/// the database to itself it knows them all; where many share it, the database does.
/// </summary>
internal interface ICounters
{
    /// <summary>The tasks that aren't done, as the transaction under way has it, as far as this process knows.</summary>
    long Pending { get; }

    /// <summary>The tasks that aren't done, as far as this process knows, without what a transaction under way does. Thread-safe.</summary>
    long CommittedPending { get; }

    /// <summary>The finished tasks that are kept, as the transaction under way has it.</summary>
    long Finished { get; }

    /// <summary>The owner of this name, or null if there is none. For the writer, whose thread may wait.</summary>
    OwnerCounts? Find(string owner);

    /// <summary>True if this process knows the owner, or needs to ask nobody. Thread-safe.</summary>
    bool Knows(string owner) => true;

    /// <summary>Sees to it that it knows him, who is added if he is new. Thread-safe.</summary>
    /// <exception cref="StorageUnavailableException">The database would have to be asked, and can't be now; or somebody holds him for long.</exception>
    ValueTask EnsureAsync(string owner, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The owner of this name, or null if there is none. For everybody but the writer; waits for nobody who adds him. Thread-safe.</summary>
    /// <exception cref="StorageUnavailableException">The database would have to be asked, and can't be now.</exception>
    ValueTask<OwnerCounts?> FindAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Everybody of whom this process knows. Thread-safe.</summary>
    IEnumerable<OwnerCounts> Owners { get; }

    /// <summary>The owner with this number. Thread-safe.</summary>
    OwnerCounts Owner(int id);

    /// <summary>The owner of this name, who need not have had a task yet.</summary>
    OwnerCounts Ensure(string owner);

    /// <summary>Gives out the next number, and the time for the id that goes with it.</summary>
    (long Sequence, long IdTime) Next(long created);

    /// <summary>Counts a new task.</summary>
    /// <param name="owner">Whose it is.</param>
    void CountCreated(OwnerCounts owner);

    /// <summary>Counts a task that has come to its final state.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="state">That state.</param>
    void CountFinished(OwnerCounts owner, TaskState state);

    /// <summary>Counts tasks that are gone.</summary>
    void Forget(int count);

    /// <summary>The failed tasks that are kept, as the transaction under way has it; they are not among <see cref="Finished"/>.</summary>
    long Failed => 0;

    /// <summary>Counts failed tasks that are gone.</summary>
    void ForgetFailed(int count) => throw new NotSupportedException();

    /// <summary>Counts a task that runs from now on (1), or doesn't any more (-1).</summary>
    void CountRunning(OwnerCounts owner, int by) => throw new NotSupportedException();

    /// <summary>Counts a task whose turn can come from now on (1), or not any more (-1).</summary>
    void CountReady(OwnerCounts owner, string queue, string type, int by) => throw new NotSupportedException();

    /// <summary>Counts a task that is to be begun again after an error.</summary>
    void CountRetried(OwnerCounts owner) => throw new NotSupportedException();

    /// <summary>Counts an attempt that was lost.</summary>
    void CountLost(OwnerCounts owner) => throw new NotSupportedException();

    /// <summary>The transaction is on disk.</summary>
    void Commit();

    /// <summary>The transaction has failed.</summary>
    void Rollback();
}
