using System.Collections.Concurrent;

namespace TaskApi.Handlers;

/// <summary>Finds threads for attempts to begin on. Thread-safe.</summary>
internal abstract class AttemptStarter
{
    /// <summary>Has attempts begin, in their order, as soon as there are threads.</summary>
    public abstract void Start(ReadOnlySpan<HandlerAttempt> attempts);

    /// <summary>Nothing more begins; what waits for a thread still does.</summary>
    public virtual void Close()
    {
    }
}

/// <summary>
/// Has attempts begin on the thread pool. One work item runs many of them, one after the other, as long as none holds it up; for each that might,
/// there is another one to go on with the rest.
/// </summary>
/// <param name="pipeline">Runs them.</param>
internal sealed class PoolStarter(AttemptPipeline pipeline) : AttemptStarter, IThreadPoolWorkItem
{
    // So that a long row of them doesn't keep others waiting for the thread.
    private const int Most = 256;

    private readonly ConcurrentQueue<HandlerAttempt> _attempts = new();
    private int _isRequested;

    /// <inheritdoc/>
    public override void Start(ReadOnlySpan<HandlerAttempt> attempts)
    {
        foreach (var attempt in attempts) _attempts.Enqueue(attempt);
        Request();
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _isRequested, 0);
        for (var i = 0; i < Most && _attempts.TryDequeue(out var attempt); i++)
        {
            // Before it begins, for who knows how long that takes.
            if (!_attempts.IsEmpty)
                Request();
            // Owned by the lane, which waits for its end; it doesn't fault.
            _ = pipeline.RunAsync(attempt);
        }

        if (!_attempts.IsEmpty)
            Request();
    }

    private void Request()
    {
        if (Volatile.Read(ref _isRequested) == 0 && Interlocked.Exchange(ref _isRequested, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
