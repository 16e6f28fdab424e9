namespace TaskApi.Engine.Memory;

/// <summary>Somebody who runs tasks. Used under the storage's lock.</summary>
/// <param name="name">Its name.</param>
internal sealed class WorkerState(string name)
{
    public string Name { get; } = name;

    /// <summary>The queues that it last asked for.</summary>
    public IReadOnlyList<string> Queues { get; set; } = [];

    /// <summary>How many tasks it runs.</summary>
    public int Running { get; set; }

    /// <summary>When it last called: a steady tick.</summary>
    public long SeenTick { get; set; }

    /// <summary>The same as clients are told.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>When it was last written down for other processes, if there are any: a steady tick; null for never.</summary>
    public long? WrittenTick { get; set; }

    /// <summary>With which queues.</summary>
    public IReadOnlyList<string> WrittenQueues { get; private set; } = [];

    /// <summary>Its heartbeats that are held open.</summary>
    public List<HeartbeatWait> Heartbeats { get; } = [];

    /// <summary>True if nothing depends on its being remembered.</summary>
    public bool IsUnused => Running == 0 && Heartbeats.Count == 0;

    /// <summary>True, and noted, if it is to be written down with what it has just called for.</summary>
    /// <param name="queues">What it asks for; null: nothing now.</param>
    /// <param name="every">How often that is to be done if nothing changes, in milliseconds.</param>
    public bool IsToBeWritten(IReadOnlyList<string>? queues, int every)
    {
        if (WrittenTick is { } written && SeenTick - written < every && (queues is null || queues.SequenceEqual(WrittenQueues))) return false;
        WrittenTick = SeenTick;
        if (queues is not null) WrittenQueues = queues;
        return true;
    }
}
