using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>What a gather waits for, until it has ended. Used under the storage's lock.</summary>
/// <param name="id">The gather's id: it may be forgotten before its members have ended.</param>
/// <param name="work">The gather.</param>
/// <param name="tally">How far it has come.</param>
/// <param name="members">Its members, in order.</param>
internal sealed class GatherState(Guid id, WorkState work, GatherTally tally, GatherMember[] members)
{
    // A member itself, and where it leads to its gather.
    private const int Member = 128;

    /// <summary>The gather's id.</summary>
    public Guid Id => id;

    /// <summary>The gather.</summary>
    public WorkState Work => work;

    /// <summary>How far it has come.</summary>
    public GatherTally Tally => tally;

    /// <summary>Its members, in order.</summary>
    public GatherMember[] Members => members;

    /// <summary>True while it is among those of which something is to be done.</summary>
    public bool IsQueued { get; set; }

    /// <summary>True once it is over, and what its members lead to is nothing any more.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The place of the first member that may still lead to it, once it is closed.</summary>
    public int Next { get; set; }

    /// <summary>What it takes of the memory, in bytes.</summary>
    public long Weight => ((long)Member * members.Length) + tally.Bytes;
}
