using System.Collections.Concurrent;

namespace TaskApi.Storage.Postgres;

/// <summary>The looks for owners that are under way: whoever asks for the same one meanwhile waits for that, and needs no connection. Thread-safe.</summary>
/// <param name="storage">The database.</param>
internal sealed class OwnerLookups(PostgresStorage storage)
{
    private readonly ConcurrentDictionary<(string Name, bool Adds), Lazy<Task<KnownOwner?>>> _asked = [];

    /// <inheritdoc cref="OwnerDirectory.FindAsync"/>
    public Task<KnownOwner?> FindAsync(string name, bool adds, CancellationToken cancellationToken) =>
        _asked.GetOrAdd((name, adds), static (asked, lookups) => new Lazy<Task<KnownOwner?>>(() => lookups.AskAsync(asked.Name, asked.Adds)), this).Value.WaitAsync(cancellationToken);

    private async Task<KnownOwner?> AskAsync(string name, bool adds)
    {
        try
        {
            return await OwnerDirectory.FindAsync(storage, name, adds, CancellationToken.None);
        }
        finally
        {
            _asked.TryRemove((name, adds), out _);
        }
    }
}
