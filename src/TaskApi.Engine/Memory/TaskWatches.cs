using TaskApi.Engine.Completions;

namespace TaskApi.Engine.Memory;

/// <summary>Gives out what to await of tasks. Used under the storage's lock.</summary>
/// <param name="table">The tasks.</param>
/// <param name="lookup">Finds them.</param>
/// <param name="capacity">What they take.</param>
internal sealed class TaskWatches(TaskTable table, TaskLookup lookup, TaskCapacity capacity)
{
    /// <summary>A task that is there, with the completion to await if it isn't done.</summary>
    public WatchedTask Watch(long sequence)
    {
        var segment = table.Segment(sequence)!;
        var completion = segment.Entry(sequence).Outcome.IsDone ? null : EnsureCompletion(segment.EnsureExtras(sequence));
        return new WatchedTask(lookup.Read(sequence)!, completion);
    }

    private TaskCompletion EnsureCompletion(TaskExtras extras)
    {
        if (extras.Completion is { } present) return present;
        capacity.Bytes += TaskWeight.Completion;
        return extras.Completion = new TaskCompletion();
    }
}
