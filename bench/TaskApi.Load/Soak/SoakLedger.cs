namespace TaskApi.Load.Soak;

/// <summary>What the clients know of the tasks that they created, to be compared with what the service says. Thread-safe.</summary>
internal sealed class SoakLedger
{
    private const int KeptErrors = 10;
    private readonly Lock _gate = new();
    private readonly List<string> _errors = [];
    private long _created;
    private long _cancelled;
    private long _failed;
    private long _workCompleted;
    private long _resultsTaken;
    private long _calls;
    private long _failures;

    /// <summary>Tasks that the service said it created.</summary>
    public long Created => Interlocked.Read(ref _created);

    /// <summary>Tasks that were cancelled, by a client or their timeout.</summary>
    public long Cancelled => Interlocked.Read(ref _cancelled);

    /// <summary>Tasks that failed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Tasks with work that completed, as their creators saw it.</summary>
    public long WorkCompleted => Interlocked.Read(ref _workCompleted);

    /// <summary>Results that workers told, and that were taken: the service said that the task is completed.</summary>
    public long ResultsTaken => Interlocked.Read(ref _resultsTaken);

    /// <summary>Calls made.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Calls that were not answered as they should have been.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>The first of them.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_gate) return [.. _errors];
        }
    }

    public void AddCreated(long count = 1) => Interlocked.Add(ref _created, count);

    public void AddCancelled(long count = 1) => Interlocked.Add(ref _cancelled, count);

    /// <summary>Notes how a task with work ended.</summary>
    public void AddWork(string status)
    {
        switch (status)
        {
            case "completed": AddWorkCompleted(); break;
            case "cancelled": AddCancelled(); break;
            case "failed": Interlocked.Increment(ref _failed); break;
            default: AddFailure($"A task that is done is {status}."); break;
        }
    }

    public void AddWorkCompleted(long count = 1) => Interlocked.Add(ref _workCompleted, count);

    public void AddResultTaken() => Interlocked.Increment(ref _resultsTaken);

    public void AddCall() => Interlocked.Increment(ref _calls);

    /// <summary>Notes what went wrong.</summary>
    public void AddFailure(string what)
    {
        Interlocked.Increment(ref _failures);
        lock (_gate)
            if (_errors.Count < KeptErrors) _errors.Add(what);
    }
}
