namespace TaskApi.Engine.Ports;

/// <summary>The time by which the storage judges due times. Thread-safe.</summary>
internal interface ITaskClock
{
    /// <summary>The time by which due times are judged, and of which clients are told: that of the storage, if it has a clock of its own.</summary>
    DateTimeOffset UtcNow { get; }
}
