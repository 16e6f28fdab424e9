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

/// <summary>What one call sets aside of it: given back when the call is over, also where the writer comes to it only then. Thread-safe.</summary>
/// <param name="room">The room of all.</param>
internal sealed class ReservedRoom(CreationRoom room) : IDisposable
{
    private readonly Lock _gate = new();
    private long _count;
    private bool _isOver;

    /// <summary>Sets so much aside, in all.</summary>
    public void Set(long count)
    {
        lock (_gate)
        {
            if (_isOver) return;
            room.Reserve(count - _count);
            _count = count;
        }
    }

    /// <summary>So many tasks of it are created, or are none of those.</summary>
    public void Use(long count)
    {
        lock (_gate) Set(Math.Max(0, _count - count));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            Set(0);
            _isOver = true;
        }
    }
}
