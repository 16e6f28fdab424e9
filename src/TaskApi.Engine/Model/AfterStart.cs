namespace TaskApi.Engine.Model;

/// <summary>What a task that is being created waits for, as the tasks stand at that instant.</summary>
/// <param name="on">What they have to come to.</param>
internal sealed class AfterStart(AfterRule on)
{
    private readonly HashSet<long> _named = [];
    private readonly List<Guid> _ids = [];
    private readonly List<long> _open = [];

    /// <summary>All of the tasks, each once.</summary>
    public WorkAfter Tasks => new(_ids, on);

    /// <summary>The numbers of those that aren't done.</summary>
    public IReadOnlyList<long> Open => _open;

    /// <summary>How many tasks wait one for the other, up to this one.</summary>
    public int Depth { get; private set; } = 1;

    /// <summary>Why it can't begin any more; null if it can.</summary>
    public TaskError? Broken { get; private set; }

    /// <summary>True if it has to wait.</summary>
    public bool IsWaiting => _open.Count > 0 && Broken is null;

    /// <summary>True if it waits for this one already.</summary>
    public bool Names(long sequence) => _named.Contains(sequence);

    /// <summary>It waits for this one, too.</summary>
    /// <param name="id">The task.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="depth">How deep it is itself; 0 if it waits for nothing.</param>
    public void Add(Guid id, long sequence, TaskState state, int depth)
    {
        if (!_named.Add(sequence)) return;
        _ids.Add(id);
        if (!state.IsDone())
        {
            _open.Add(sequence);
            Depth = Math.Max(Depth, depth + 1);
        }
        else if (IsBroken(state, on))
        {
            Broken ??= TaskErrors.Dependency(id, state);
        }
    }

    /// <summary>True if what became of a task that another waits for is not what that relies on.</summary>
    public static bool IsBroken(TaskState state, AfterRule on) => on == AfterRule.Success && state != TaskState.Completed;
}
