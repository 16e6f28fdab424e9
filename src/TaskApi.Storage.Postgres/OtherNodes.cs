namespace TaskApi.Storage.Postgres;

/// <summary>Whether there are other nodes, as seen by the looks of each second. Thread-safe.</summary>
internal sealed class OtherNodes
{
    // A node that has just come looks for itself for three seconds, and relies on being told from then on.
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(2);

    private long _seenAlone;

    /// <summary>True unless none was there of late: of a process that was suspended, or has lost its connection, nobody knows who has come meanwhile.</summary>
    public bool MayBeThere
    {
        get => Volatile.Read(ref _seenAlone) is not (not 0 and var seen) || TimeProvider.System.GetElapsedTime(seen) > _fresh;
        set => Volatile.Write(ref _seenAlone, value ? 0 : TimeProvider.System.GetTimestamp());
    }
}
