using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>One owner's counts, and the indexes of its tasks by name and group. Used under the storage's lock.</summary>
/// <param name="name">The owner; empty where there are no keys.</param>
/// <param name="ordinal">The owner's number, as its entries carry it.</param>
internal sealed class OwnerTasks(string name, int ordinal)
{
    private readonly long[] _countByState = new long[TaskStates.Count];
    private readonly Dictionary<string, SequenceList> _groups = [];
    private readonly Dictionary<string, SequenceList> _names = [];

    public string Name { get; } = name;

    public int Ordinal { get; } = ordinal;

    /// <summary>All of the owner's tasks; null where there are no keys: the table itself is then the index.</summary>
    public SequenceList? All { get; } = name.Length == 0 ? null : new SequenceList();

    public long Created { get; private set; }

    /// <summary>How many tasks are due and wait for somebody to run them.</summary>
    public long Ready { get; set; }

    /// <summary>How often a task was to be begun again after an error.</summary>
    public long Retried { get; set; }

    /// <summary>How many attempts were lost.</summary>
    public long Lost { get; set; }

    /// <summary>Who runs its tasks.</summary>
    public WorkerTable Workers { get; } = new();

    /// <summary>How many tasks are in a state; of those that are done also the forgotten ones.</summary>
    public long CountOf(TaskState state) => _countByState[(int)state];

    public SequenceList? Group(string group) => _groups.GetValueOrDefault(group);

    public SequenceList? Named(string name) => _names.GetValueOrDefault(name);

    public void Add(long sequence, string? name, string? group)
    {
        Created++;
        _countByState[(int)TaskState.Pending]++;
        All?.Append(sequence);
        if (name is not null) Append(_names, name, sequence);
        if (group is not null) Append(_groups, group, sequence);
    }

    /// <summary>Counts a task's transition.</summary>
    public void CountTransition(TaskState from, TaskState to)
    {
        _countByState[(int)from]--;
        _countByState[(int)to]++;
    }

    public void Forget(long sequence, TaskExtras? extras)
    {
        All?.Remove(sequence);
        if (extras?.Name is { } name) Remove(_names, name, sequence);
        if (extras?.Group is { } group) Remove(_groups, group, sequence);
    }

    private static void Append(Dictionary<string, SequenceList> index, string label, long sequence)
    {
        if (!index.TryGetValue(label, out var list)) index[label] = list = new SequenceList();
        list.Append(sequence);
    }

    private static void Remove(Dictionary<string, SequenceList> index, string label, long sequence)
    {
        if (!index.TryGetValue(label, out var list)) return;
        list.Remove(sequence);
        if (list.Count == 0) index.Remove(label);
    }
}
