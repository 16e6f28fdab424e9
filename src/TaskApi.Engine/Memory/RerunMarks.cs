namespace TaskApi.Engine.Memory;

/// <summary>Which tasks have been run again: at each. Used under the storage's lock.</summary>
/// <param name="table">The tasks.</param>
/// <param name="lookup">Finds them.</param>
/// <param name="capacity">What they take.</param>
internal sealed class RerunMarks(TaskTable table, TaskLookup lookup, TaskCapacity capacity)
{
    /// <summary>True if there is a task that does the same again.</summary>
    public bool Has(long sequence) => table.Segment(sequence)?.FindExtras(sequence) is { IsRunAgain: true };

    /// <summary>Notes whether there is; does nothing if the task has been forgotten.</summary>
    public void Set(long sequence, bool isRunAgain)
    {
        if (!lookup.TryPeek(sequence)) return;
        var segment = table.Segment(sequence)!;
        capacity.Bytes -= TaskWeight.Of(in segment.Entry(sequence), segment.Extras(sequence));
        segment.EnsureExtras(sequence).IsRunAgain = isRunAgain;
        segment.TrimExtras(sequence);
        capacity.Bytes += TaskWeight.Of(in segment.Entry(sequence), segment.Extras(sequence));
    }
}
