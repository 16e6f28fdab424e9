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

    /// <summary>Its heartbeats that are held open.</summary>
    public List<HeartbeatWait> Heartbeats { get; } = [];

    /// <summary>True if nothing depends on its being remembered.</summary>
    public bool IsUnused => Running == 0 && Heartbeats.Count == 0;
}
