namespace TaskApi.Engine;

/// <summary>A task of a <see cref="CompletionSet"/> that has finished.</summary>
/// <param name="Index">Its place in the list that the set was made of.</param>
/// <param name="Task">Its final state.</param>
internal readonly record struct FinishedTask(int Index, TaskSnapshot Task);

/// <summary>
/// Waits over many tasks at once: gather, wait and as-completed are loops over it. Setting it up is O(n), each completion O(1).
/// Tasks come out in the order in which they finished; those done from the start come first, in the order given.
/// One reader at a time; disposing it ends the wait and touches no task.
/// </summary>
internal sealed class CompletionSet : IDisposable
{
    /// <summary>Starts to wait for all of <paramref name="tasks"/>; one that is listed twice comes out twice.</summary>
    public CompletionSet(IReadOnlyList<TaskHandle> tasks) => throw new NotSupportedException($"{tasks.Count}");

    /// <summary>How many have not come out yet.</summary>
    public int Remaining => throw new NotSupportedException();

    /// <summary>Takes the next finished task if there is one now.</summary>
    public bool TryRead(out FinishedTask finished) => throw new NotSupportedException();

    /// <summary>Completes when <see cref="TryRead"/> has something: true; or when nothing remains: false.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends the wait: unsubscribes from every task.</summary>
    public void Dispose() { }
}
