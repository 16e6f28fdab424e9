using TaskApi.Engine.Model;

namespace TaskApi.Engine.Completions;

/// <summary>A task as it was seen, and what to await if it was pending then.</summary>
/// <param name="Task">The task when it was looked up.</param>
/// <param name="Completion">Null if <paramref name="Task"/> is done, or if no completion was asked for.</param>
internal readonly record struct WatchedTask(TaskSnapshot Task, TaskCompletion? Completion)
{
    /// <summary>True if it was there already, and is the answer to its creation.</summary>
    public bool IsExisting { get; init; }
}
