namespace TaskApi.Engine.Ports;

/// <summary>How the storage is. Thread-safe.</summary>
internal interface IStorageHealth
{
    /// <summary>By how much the storage is behind its clock: how long the pending task that should have completed first is overdue; zero if none is.</summary>
    TimeSpan Overdue { get; }

    /// <summary>How long the task that has waited longest for somebody to run it has done so; zero if none waits. Costs as much as there are queues.</summary>
    TimeSpan LongestReady { get; }

    /// <summary>Why changes can't be made now, as a sentence; null if they can.</summary>
    string? Fault { get; }
}
