using System.Threading.Channels;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Completions;

/// <summary>A task of a <see cref="CompletionSet"/> that has finished.</summary>
/// <param name="Index">Its place in the list that the set was made of.</param>
/// <param name="Task">Its final state.</param>
internal readonly record struct FinishedTask(int Index, TaskSnapshot Task);

/// <summary>
/// Waits over many tasks at once: gather, wait and as-completed are loops over it. Setting it up is O(n), each completion O(1).
/// Tasks come out in the order in which they finished; those done from the start come first, the earliest before the others.
/// One reader at a time; disposing it ends the wait and touches no task.
/// </summary>
internal sealed class CompletionSet : IDisposable
{
    private readonly Channel<FinishedTask> _finished = Channel.CreateUnbounded<FinishedTask>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskSubscription?[] _subscriptions;

    /// <summary>Starts to wait for all of <paramref name="tasks"/>; one that is listed twice comes out twice.</summary>
    public CompletionSet(IReadOnlyList<TaskHandle> tasks)
    {
        _subscriptions = new TaskSubscription?[tasks.Count];
        Remaining = tasks.Count;
        AddDone(tasks);
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks[i].Completion is not { } completion) continue;
            _subscriptions[i] = new TaskSubscription(completion, this, i);
            completion.Subscribe(_subscriptions[i]!);
        }
    }

    /// <summary>How many have not come out yet.</summary>
    public int Remaining { get; private set; }

    /// <summary>Takes the next finished task if there is one now.</summary>
    public bool TryRead(out FinishedTask finished)
    {
        if (!_finished.Reader.TryRead(out finished)) return false;
        Remaining--;
        return true;
    }

    /// <summary>Completes when <see cref="TryRead"/> has something: true; or when nothing remains, or the wait has been ended: false.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) =>
        Remaining == 0 ? ValueTask.FromResult(false) : _finished.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Ends the wait: unsubscribes from every task. A reader that waits is told that nothing more will come.</summary>
    public void Dispose()
    {
        foreach (ref var subscription in _subscriptions.AsSpan())
        {
            subscription?.Completion.Unsubscribe(subscription);
            subscription = null;
        }

        _finished.Writer.TryComplete();
    }

    /// <summary>Receives a completion.</summary>
    internal void Add(int index, TaskSnapshot task) => _finished.Writer.TryWrite(new FinishedTask(index, task));

    private void AddDone(IReadOnlyList<TaskHandle> tasks)
    {
        var done = new List<FinishedTask>();
        for (var i = 0; i < tasks.Count; i++)
            if (tasks[i].Completion is null) done.Add(new FinishedTask(i, tasks[i].Task));
        done.Sort(static (a, b) => (a.Task.FinishedAt, a.Index).CompareTo((b.Task.FinishedAt, b.Index)));
        foreach (var finished in done) Add(finished.Index, finished.Task);
    }
}
