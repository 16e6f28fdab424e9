using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>A task as it was at one instant.</summary>
internal struct TaskView
{
    public TaskEntry Entry;
    public TaskOutcome Outcome;
    public TaskExtras? Extras;

    /// <summary>The message; empty for work.</summary>
    public string Message;

    /// <summary>What work has; null for a message.</summary>
    public WorkSnapshot? Work;
}
