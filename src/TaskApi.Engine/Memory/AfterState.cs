using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>What a task waits for, or has waited for. Written under the storage's lock, within a change of the task's entry.</summary>
/// <param name="Tasks">Which tasks.</param>
/// <param name="Depth">How many tasks wait one for the other, up to this one.</param>
internal sealed record AfterState(WorkAfter Tasks, int Depth)
{
    /// <summary>How many of them aren't done.</summary>
    public int Left;

    /// <summary>When it is due at the earliest, in Unix milliseconds; null if its delay counts, from the end of the last of them on.</summary>
    public long? NotBefore;
}
