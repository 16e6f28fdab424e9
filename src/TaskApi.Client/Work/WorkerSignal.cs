namespace TaskApi.Client.Work;

/// <summary>Says that there is something to do, until whoever does it begins to look. Thread-safe.</summary>
internal sealed class WorkerSignal
{
    private TaskCompletionSource _set = New();

    /// <summary>Completes when there is something.</summary>
    public Task Task => Volatile.Read(ref _set).Task;

    /// <summary>There is something.</summary>
    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>Somebody looks now: what comes from here on is said anew.</summary>
    public void Reset()
    {
        var set = Volatile.Read(ref _set);
        if (set.Task.IsCompleted)
            Interlocked.CompareExchange(ref _set, New(), set);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
