namespace TaskApi.Storage.GroupCommit;

/// <summary>Room that is set aside for tasks which are created in several transactions, so that nobody else takes it in between. Thread-safe.</summary>
internal sealed class CreationRoom
{
    private long _reserved;

    /// <summary>For how many tasks.</summary>
    public long Reserved => Interlocked.Read(ref _reserved);

    /// <summary>Sets room aside; less than none gives it back.</summary>
    public void Reserve(long count) => Interlocked.Add(ref _reserved, count);
}
