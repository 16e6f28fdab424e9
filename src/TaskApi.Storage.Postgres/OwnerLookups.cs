using System.Collections.Concurrent;

namespace TaskApi.Storage.Postgres;

/// <summary>The looks for owners that are under way: whoever asks for the same one meanwhile waits for that, and needs no connection. Thread-safe.</summary>
/// <param name="storage">The database.</param>
internal sealed class OwnerLookups(PostgresStorage storage)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<KnownOwner>>> _asked = new(StringComparer.Ordinal);

    /// <inheritdoc cref="OwnerDirectory.FindAsync"/>
    public Task<KnownOwner> FindAsync(string name, CancellationToken cancellationToken) =>
        _asked.GetOrAdd(name, static (name, lookups) => new Lazy<Task<KnownOwner>>(() => lookups.AskAsync(name)), this).Value.WaitAsync(cancellationToken);

    private async Task<KnownOwner> AskAsync(string name)
    {
        try
        {
            return await OwnerDirectory.FindAsync(storage, name, CancellationToken.None);
        }
        finally
        {
            _asked.TryRemove(name, out _);
        }
    }
}
