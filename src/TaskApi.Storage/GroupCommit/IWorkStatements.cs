using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// What the writer says to the database about tasks with work. What becomes of them is decided outside of it, row by row. For the writer alone.
/// </summary>
/// <remarks>
/// Everything is as the transaction has it, unless it says otherwise. What a transaction is going to hold, and what it takes, it knows from the
/// <see cref="WriteScope"/> of its operations before it begins.
/// </remarks>
internal interface IWorkStatements
{
    /// <summary>Writes down the work of a new task, whose <see cref="TaskRow"/> is inserted too.</summary>
    void Insert(WorkRow row);

    /// <summary>A task, held; null if there is none with this number, or it has no work.</summary>
    HeldWork? Find(long sequence);

    /// <summary>Tasks, as far as they are there, to be shown and not to be changed: nobody is waited for who has them.</summary>
    IEnumerable<HeldWork> Look(IReadOnlyList<long> sequences)
    {
        foreach (var sequence in sequences)
            if (Find(sequence) is { } found) yield return found;
    }

    /// <summary>Tasks of an owner, held, that are to be the only ones with a key, and perhaps are done since.</summary>
    IReadOnlyList<HeldWork> FindUnique(int owner, string key);

    /// <summary>A task as it was committed; null as above.</summary>
    HeldWork? FindCommitted(long sequence);

    /// <summary>Writes down what has become of the work of a task that is held.</summary>
    void Change(WorkRow row);

    /// <summary>Writes down that a task with work is done: its state, and when that was. Its work has been written down already.</summary>
    void Finish(TaskRow row);

    /// <summary>
    /// Holds tasks whose turn it is, and adds them in the order in which they start: in a queue by priority, due time and number; the queues or types
    /// that are named take turns, those that were served longest ago first. What another process holds is passed over.
    /// </summary>
    void Take(WorkTake take, int most, List<HeldWork> taken);

    /// <summary>Holds tasks whose alarm is over, the earliest first, and adds them.</summary>
    /// <param name="run">Now, on the run's clock.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="rung">Where to add them.</param>
    void Ring(long run, int limit, List<HeldWork> rung);

    /// <summary>The earliest alarm, on the run's clock; null if there is none.</summary>
    long? NextAlarm();

    /// <summary>The number of the row by which leases of handlers in this process go; they are lost when it expires.</summary>
    long OwnBeat();

    /// <summary>A worker's sign of life; null if there is none.</summary>
    BeatRow? FindBeat(int owner, string worker);

    /// <summary>Writes a sign of life down; answers its number, which a new one (0) gets.</summary>
    long SaveBeat(BeatRow row);

    void DeleteBeat(long id);

    /// <summary>Writes down, where other processes want to know it, that a worker has called.</summary>
    void SaveWorker(WorkerRow row)
    {
    }

    /// <summary>The first sign of life whose leases have ended by then, on the retention clock, held; null if there is none.</summary>
    BeatRow? Expired(long kept);

    /// <summary>When the next leases that go by a sign of life end; null: never.</summary>
    long? NextExpiry();

    /// <summary>Holds tasks whose leases go by a sign of life, and adds them.</summary>
    void HoldAttached(long beat, int limit, List<HeldWork> attached);

    /// <summary>The attempts whose leases go by a sign of life, by the numbers of their tasks, which are not held.</summary>
    Dictionary<long, AttachedLease> Attached(long beat);

    /// <summary>Holds tasks of which only now is known that they are to be changed, as far as they are there.</summary>
    void Hold(IReadOnlyList<long> sequences)
    {
    }

    /// <summary>True if this process may have been away, so that <see cref="Extend"/> comes before anybody is judged.</summary>
    bool IsLate => false;

    /// <summary>The service has been away: signs of life that workers couldn't renew meanwhile are good for one more lease from now on.</summary>
    /// <param name="kept">Now, on the retention clock.</param>
    void Extend(long kept);

    /// <summary>Forgets failed tasks that failed until then, on the retention clock, the earliest first; answers how many.</summary>
    int ForgetFailed(long until, long limit);

    /// <summary>When, on the retention clock, the task to forget next failed; null if there is none.</summary>
    long? OldestFailed();
}
