using TaskApi.Engine.Model;

namespace TaskApi.Engine.Completions;

/// <summary>
/// The completion of one task: its own <see cref="System.Threading.Tasks.Task"/>, its own cancellation source, and the
/// waits over many tasks that include it. Made when somebody first asks for it; until then nobody can tell. Thread-safe.
/// </summary>
internal sealed class TaskCompletion : IDisposable
{
    private readonly TaskCompletionSource<TaskSnapshot> _source;
    private readonly Lock _gate = new();

    // Owned here: cancelled by Finish, the transition's winner being Cancelled, and disposed when everybody has been told.
    private CancellationTokenSource? _cancellation;
    private TaskSubscription? _first;
    private TaskSnapshot? _final;

    // Whoever holds the Task holds the completion: a storage may keep it only as long as somebody does.
    public TaskCompletion() => _source = new TaskCompletionSource<TaskSnapshot>(this, TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The task as it was seen when somebody began to wait: a storage may need it that loses sight of the task itself. Null if it wasn't noted.</summary>
    public TaskSnapshot? Seen { get; set; }

    /// <summary>Completes with the final snapshot when the task is finished, however it ends. Never faults, is never cancelled; continuations run asynchronously.</summary>
    public Task<TaskSnapshot> Task => _source.Task;

    /// <summary>Cancelled when the task is; for work that runs on the task's behalf.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            lock (_gate)
            {
                if (_final is not null) return new CancellationToken(_final.State == TaskState.Cancelled);
                return (_cancellation ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Tells everybody who waits. Called once, by the winner of the transition, holding no lock.</summary>
    public void Finish(TaskSnapshot final)
    {
        TaskSubscription? subscription;
        CancellationTokenSource? cancellation;
        lock (_gate)
        {
            _source.TrySetResult(final);
            _final = final;
            (subscription, _first) = (_first, null);
            cancellation = final.State == TaskState.Cancelled ? _cancellation : null;
        }

        for (; subscription is not null; subscription = subscription.Next) subscription.Set.Add(subscription.Index, final);
        cancellation?.Cancel();
    }

    /// <summary>Adds the task's completion to a wait over many.</summary>
    public void Subscribe(TaskSubscription subscription)
    {
        lock (_gate)
        {
            if (_final is null)
            {
                subscription.Next = _first;
                if (_first is not null) _first.Previous = subscription;
                _first = subscription;
                return;
            }
        }

        subscription.Set.Add(subscription.Index, _final);
    }

    /// <summary>Ends a subscription; does nothing if the task has finished.</summary>
    public void Unsubscribe(TaskSubscription subscription)
    {
        lock (_gate)
        {
            if (_final is not null) return;
            if (subscription.Previous is { } previous) previous.Next = subscription.Next;
            else _first = subscription.Next;
            if (subscription.Next is { } next) next.Previous = subscription.Previous;
        }
    }

    /// <summary>Called when everybody has been told.</summary>
    public void Dispose() => _cancellation?.Dispose();
}

/// <summary>A task's place in a wait over many; a node of the list that the task keeps, so that joining and leaving cost O(1).</summary>
internal sealed class TaskSubscription(TaskCompletion completion, CompletionSet set, int index)
{
    public TaskCompletion Completion { get; } = completion;
    public CompletionSet Set { get; } = set;
    public int Index { get; } = index;
    public TaskSubscription? Next { get; set; }
    public TaskSubscription? Previous { get; set; }
}
