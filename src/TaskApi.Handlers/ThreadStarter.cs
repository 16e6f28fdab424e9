using System.Collections.Concurrent;

namespace TaskApi.Handlers;

/// <summary>Gives each attempt a thread of its own until it ends. There are never more threads than may run at once; they are made when they are needed, and kept.</summary>
/// <param name="pipeline">Runs the attempts.</param>
/// <param name="name">What the threads are called.</param>
/// <param name="most">How many there may be.</param>
internal sealed class ThreadStarter(AttemptPipeline pipeline, string name, int most) : AttemptStarter
{
    private readonly BlockingCollection<HandlerAttempt> _attempts = [];
    private int _unfinished;
    private int _threads;

    /// <summary>How many threads there are.</summary>
    public int Threads => Volatile.Read(ref _threads);

    /// <inheritdoc/>
    public override void Start(ReadOnlySpan<HandlerAttempt> attempts)
    {
        // Called by the lane alone: one call at a time.
        var unfinished = Interlocked.Add(ref _unfinished, attempts.Length);
        foreach (var attempt in attempts) _attempts.Add(attempt);
        while (_threads < Math.Min(most, unfinished))
        {
            _threads++;
            // They keep no program from ending.
            new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
        }
    }

    /// <inheritdoc/>
    public override void Close() => _attempts.CompleteAdding();

    private void Run()
    {
        foreach (var attempt in _attempts.GetConsumingEnumerable())
        {
            AttemptThread.Run(() => pipeline.RunAsync(attempt));
            Interlocked.Decrement(ref _unfinished);
        }
    }
}
