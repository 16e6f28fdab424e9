using System.Net;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Asks for the addresses of a name. It may keep the thread until they are there.</summary>
internal delegate Task<IPAddress[]> NameResolver(string host);

/// <summary>
/// Looks up names: so many at once, each on a thread of its own and each name once for all who ask for it meanwhile. The system's way to look up a name
/// keeps a thread, for half a minute where no name server answers, and can't be told to end: on the thread pool that would hold up all else.
/// Thread-safe.
/// </summary>
/// <param name="resolve">Asks for a name's addresses.</param>
internal sealed class NameLookups(NameResolver resolve) : IDisposable
{
    /// <summary>How many names may be looked up at once.</summary>
    public const int Most = 64;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _places = new(Most, Most);
    private readonly Dictionary<string, Task<IPAddress[]>> _underWay = [];

    /// <summary>The addresses of a name.</summary>
    /// <param name="host">The name.</param>
    /// <param name="cancellationToken">Gives up waiting for a place, or for an answer.</param>
    /// <exception cref="System.Net.Sockets.SocketException">It has none.</exception>
    public async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (UnderWay(host) is { } lookup) return await lookup.WaitAsync(cancellationToken);
        await _places.WaitAsync(cancellationToken);
        return await Begin(host).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private Task<IPAddress[]>? UnderWay(string host)
    {
        lock (_gate) return _underWay.GetValueOrDefault(host);
    }

    private Task<IPAddress[]> Begin(string host)
    {
        lock (_gate)
        {
            if (_underWay.TryGetValue(host, out var lookup))
            {
                _places.Release();
                return lookup;
            }

            lookup = LookUpAsync(host);
            // It may be over already: then it has left before it came.
            if (!lookup.IsCompleted) _underWay[host] = lookup;
            return lookup;
        }
    }

    private async Task<IPAddress[]> LookUpAsync(string host)
    {
        try
        {
            return await Task.Factory.StartNew(() => resolve(host), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
        }
        finally
        {
            lock (_gate) _underWay.Remove(host);
            _places.Release();
        }
    }
}
