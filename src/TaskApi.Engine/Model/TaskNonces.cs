namespace TaskApi.Engine.Model;

/// <summary>The random bits of ids. Not thread-safe.</summary>
internal sealed class TaskNonces
{
    private readonly RandomSource<uint> _random = new();

    /// <summary>30 random bits.</summary>
    public uint Next() => _random.Next() & TaskId.NonceMask;
}
