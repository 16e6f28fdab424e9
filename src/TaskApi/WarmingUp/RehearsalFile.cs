namespace TaskApi.WarmingUp;

/// <summary>The database of a <see cref="Rehearsal"/>: beside the service's own, where it may write and nobody else does. Gone when disposed of.</summary>
internal sealed class RehearsalFile : IDisposable
{
    private static readonly string[] _parts = ["", "-wal", "-shm", ".lock"];

    /// <param name="storagePath">The service's own, which it has open.</param>
    public RehearsalFile(string storagePath)
    {
        Path = storagePath + ".rehearsal";
        // A process that was killed meanwhile has left its own.
        Dispose();
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts)
            File.Delete(Path + part);
    }
}
