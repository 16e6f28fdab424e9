namespace TaskApi.Engine.Ports;

/// <summary>All that a storage of tasks is to the rest of the house. For whoever makes one or puts another in its place: consumers take the ports they need.</summary>
internal interface ITaskStorage : ITaskCommands, ITaskQueries, ITaskWaits, ITaskFeed, ITaskClock, IStorageHealth, IStorageDrain
{
    /// <summary>Where its work is got.</summary>
    IWorkSource Work { get; }

    /// <summary>What its tasks have been through.</summary>
    IWorkHistory History { get; }

    /// <summary>Its queues.</summary>
    IQueues Queues { get; }
}
