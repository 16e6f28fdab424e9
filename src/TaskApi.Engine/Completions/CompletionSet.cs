using System.Threading.Channels;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Completions;

/// <summary>A task of a <see cref="CompletionSet"/> that has finished.</summary>
/// <param name="Index">Its place in the order in which the tasks were added.</param>
/// <param name="State">How it ended, for who awaits it.</param>
/// <param name="Task">Its final state; null if more have finished than were read, and it is to be looked up.</param>
internal readonly record struct FinishedTask(int Index, TaskState State, TaskSnapshot? Task);

/// <summary>
/// Waits over many tasks at once: gather, wait and as-completed are loops over it. Setting it up is O(n), each completion O(1).
/// Tasks come out in the order in which they finished: those done when the wait begins come first, the earliest before the others.
/// One reader at a time; disposing it ends the wait and touches no task.
/// </summary>
/// <param name="room">For tasks that have finished and not been read; of more only how they ended is kept.</param>
internal sealed class CompletionSet(SnapshotBudget room) : IDisposable
{
    private readonly Channel<FinishedTask> _finished = Channel.CreateUnbounded<FinishedTask>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();

    // Done from the start, or told before the wait has begun.
    private readonly List<(DateTimeOffset At, FinishedTask Task)> _done = [];
    private readonly List<TaskCompletion?> _pending = [];
    private TaskSubscription?[] _subscriptions = [];
    private bool _hasBegun;

    /// <summary>How many have not come out yet.</summary>
    public int Remaining { get; private set; }

    /// <summary>Adds a task, before the wait begins; one that is added twice comes out twice.</summary>
    public void Add(WatchedTask task)
    {
        if (task.Completion is null) _done.Add((task.Task.FinishedAt ?? default, Keep(_pending.Count, task.Task)));
        _pending.Add(task.Completion);
        Remaining++;
    }

    /// <summary>Begins to wait for all that have been added.</summary>
    public CompletionSet Begin()
    {
        _subscriptions = new TaskSubscription?[_pending.Count];
        for (var i = 0; i < _subscriptions.Length; i++)
        {
            if (_pending[i] is not { } completion) continue;
            var subscription = _subscriptions[i] = new TaskSubscription(completion, this, i);
            completion.Subscribe(subscription);
        }

        // Some may have finished since they were added, in whatever order.
        lock (_gate)
        {
            _done.Sort(static (a, b) => (a.At, a.Task.Index).CompareTo((b.At, b.Task.Index)));
            foreach (var (_, done) in _done) _finished.Writer.TryWrite(done);
            _done.Clear();
            _done.TrimExcess();
            _hasBegun = true;
        }

        _pending.Clear();
        _pending.TrimExcess();
        return this;
    }

    /// <summary>Takes the next finished task if there is one now.</summary>
    public bool TryRead(out FinishedTask finished)
    {
        if (!_finished.Reader.TryRead(out finished)) return false;
        if (finished.Task is { } task) room.GiveBack(task);
        Remaining--;
        return true;
    }

    /// <summary>Completes when <see cref="TryRead"/> has something: true; or when nothing remains, or the wait has been ended: false.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) =>
        Remaining == 0 ? ValueTask.FromResult(false) : _finished.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Ends the wait: unsubscribes from every task. A reader that waits is told that nothing more will come.</summary>
    public void Dispose()
    {
        for (var i = 0; i < _subscriptions.Length; i++)
            if (Interlocked.Exchange(ref _subscriptions[i], null) is { } subscription) subscription.Completion.Unsubscribe(subscription);
        _finished.Writer.TryComplete();
    }

    /// <summary>Receives a completion.</summary>
    internal void Add(int index, TaskSnapshot task)
    {
        // It holds the task, which has been told.
        Volatile.Write(ref _subscriptions[index], null);
        var finished = Keep(index, task);
        lock (_gate)
        {
            if (_hasBegun) _finished.Writer.TryWrite(finished);
            else _done.Add((task.FinishedAt ?? default, finished));
        }
    }

    private FinishedTask Keep(int index, TaskSnapshot task) => new(index, task.AwaitedState, room.TryTake(task) ? task : null);
}
