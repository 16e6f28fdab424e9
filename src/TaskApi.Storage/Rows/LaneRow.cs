namespace TaskApi.Storage.Rows;

/// <summary>A task's place in the order in which those of a queue start.</summary>
/// <param name="Priority">The higher, the sooner.</param>
/// <param name="Due">Then, when it came due.</param>
/// <param name="Sequence">Then its number.</param>
internal readonly record struct TaskPlace(int Priority, long Due, long Sequence)
{
    /// <summary>Below 0 if it comes before the other.</summary>
    public int Compare(TaskPlace other) => (-Priority, Due, Sequence).CompareTo((-other.Priority, other.Due, other.Sequence));
}

/// <summary>The tasks of a key and type that wait in a queue which counts by keys.</summary>
/// <param name="Key">The key; empty for tasks without one.</param>
/// <param name="Type">The type.</param>
/// <param name="Place">None of its tasks comes before.</param>
internal readonly record struct LaneRow(string Key, string Type, TaskPlace Place);
