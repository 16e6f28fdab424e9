using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>How many tasks an owner has had, by state. Read by anyone, as committed; changed by the writer.</summary>
internal sealed class OwnerCounts
{
    // By final state; those created at the place of a state that is none.
    private const int CreatedPlace = (int)TaskState.Pending;

    // Those beyond the states, of what has happened to work.
    private const int RetriedPlace = TaskStates.Count;
    private const int LostPlace = RetriedPlace + 1;
    private const int ReadyPlace = LostPlace + 1;

    private readonly long[] _committed = new long[ReadyPlace + 1];
    private readonly long[] _added = new long[ReadyPlace + 1];

    /// <param name="id">The owner's number.</param>
    /// <param name="name">The owner.</param>
    /// <param name="created">How many tasks there have been.</param>
    /// <param name="completed">How many of them have completed.</param>
    /// <param name="cancelled">How many were cancelled.</param>
    /// <param name="failed">How many failed.</param>
    public OwnerCounts(int id, string name, long created, long completed, long cancelled, long failed)
    {
        (Id, Name) = (id, name);
        _committed[CreatedPlace] = created;
        _committed[(int)TaskState.Completed] = completed;
        _committed[(int)TaskState.Cancelled] = cancelled;
        _committed[(int)TaskState.Failed] = failed;
    }

    /// <summary>The owner's number; 0 is the empty owner's.</summary>
    public int Id { get; }

    /// <summary><see cref="ICluster.Generation"/> in which the number is the owner's.</summary>
    public int Generation { get; init; }

    /// <summary>The owner; empty where there are no keys.</summary>
    public string Name { get; }

    /// <summary>Since the file was made.</summary>
    public long Created => Volatile.Read(ref _committed[CreatedPlace]);

    /// <summary>Not done now.</summary>
    public long Pending => Math.Max(0, Created - Finished(TaskState.Completed) - Finished(TaskState.Cancelled) - Finished(TaskState.Failed));

    /// <summary>Running now; they are among <see cref="Pending"/>.</summary>
    public long Running
    {
        get => Volatile.Read(ref _committed[(int)TaskState.Running]);
        init => _committed[(int)TaskState.Running] = value;
    }

    /// <summary>How often a task was to be begun again after an error, since the file was made.</summary>
    public long Retried
    {
        get => Volatile.Read(ref _committed[RetriedPlace]);
        init => _committed[RetriedPlace] = value;
    }

    /// <summary>How many attempts were lost, since the file was made.</summary>
    public long Lost
    {
        get => Volatile.Read(ref _committed[LostPlace]);
        init => _committed[LostPlace] = value;
    }

    /// <summary>Due, and waiting for their turn; they are among <see cref="Pending"/>.</summary>
    public long Ready => Volatile.Read(ref _committed[ReadyPlace]);

    /// <summary>Those running, as the transaction under way has it.</summary>
    public long RunningAfter => _committed[(int)TaskState.Running] + _added[(int)TaskState.Running];

    /// <summary>The same of <see cref="Retried"/>.</summary>
    public long RetriedAfter => _committed[RetriedPlace] + _added[RetriedPlace];

    /// <summary>The same of <see cref="Lost"/>.</summary>
    public long LostAfter => _committed[LostPlace] + _added[LostPlace];

    /// <summary>By how much the transaction under way changes the number of those running.</summary>
    public long RunningAdded => _added[(int)TaskState.Running];

    /// <summary>The same of <see cref="Retried"/>.</summary>
    public long RetriedAdded => _added[RetriedPlace];

    /// <summary>The same of <see cref="Lost"/>.</summary>
    public long LostAdded => _added[LostPlace];

    /// <summary>The same of <see cref="Ready"/>.</summary>
    public long ReadyAdded => _added[ReadyPlace];

    /// <summary>True if the transaction under way concerns the owner.</summary>
    public bool IsChanged => _added.AsSpan().ContainsAnyExcept(0);

    /// <summary>Finished in this way, since the file was made.</summary>
    public long Finished(TaskState state) => Volatile.Read(ref _committed[(int)state]);

    /// <summary>Those created, as the transaction under way has it.</summary>
    public long CreatedAfter => _committed[CreatedPlace] + _added[CreatedPlace];

    /// <summary>Those finished in this way, as the transaction under way has it.</summary>
    public long FinishedAfter(TaskState state) => _committed[(int)state] + _added[(int)state];

    /// <summary>How many the transaction under way creates.</summary>
    public long CreatedAdded => _added[CreatedPlace];

    /// <summary>How many the transaction under way finishes in this way.</summary>
    public long FinishedAdded(TaskState state) => _added[(int)state];

    /// <summary>Counts new tasks.</summary>
    public void CountCreated(long count = 1) => _added[CreatedPlace] += count;

    /// <summary>Counts a task that has come to this final state.</summary>
    public void CountFinished(TaskState state) => _added[(int)state]++;

    /// <summary>Counts a task that runs from now on (1), or doesn't any more (-1).</summary>
    public void CountRunning(int by) => _added[(int)TaskState.Running] += by;

    /// <summary>Counts a task whose turn can come from now on, or not any more.</summary>
    public void CountReady(long by) => _added[ReadyPlace] += by;

    /// <summary>Counts a task that is to be begun again after an error.</summary>
    public void CountRetried() => _added[RetriedPlace]++;

    /// <summary>Counts an attempt that was lost.</summary>
    public void CountLost() => _added[LostPlace]++;

    /// <summary>The transaction is on disk.</summary>
    public void Commit()
    {
        // The finished last, so that no reader sees fewer created than finished. (Pending is what is left, and never negative.)
        for (var i = 0; i < _added.Length; i++) Volatile.Write(ref _committed[i], _committed[i] + _added[i]);
        Rollback();
    }

    /// <summary>The transaction has failed.</summary>
    public void Rollback() => Array.Clear(_added);
}
