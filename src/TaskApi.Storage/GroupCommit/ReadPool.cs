using System.Collections.Concurrent;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The connections to read with: as many as are in use at once, up to a bound; whoever comes beyond it waits. Thread-safe.</summary>
internal sealed class ReadPool(ISqlStorage storage) : IDisposable
{
    private readonly ConcurrentStack<ReadSession> _idle = new();
    private readonly SemaphoreSlim _places = new(Math.Max(4, Environment.ProcessorCount * 2));
    private volatile bool _closed;

    /// <summary>Reads, on a connection of its own for so long.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be read now.</exception>
    public async ValueTask<T> ReadAsync<TState, T>(
        TState state, Func<ReadSession, TState, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        ReadSession? session = null;
        ReadGate? entered = null;
        try
        {
            if (storage.Gate is { } gate)
            {
                await gate.EnterAsync(cancellationToken);
                entered = gate;
            }

            while (true)
            {
                if (_closed) throw new StorageUnavailableException("The database is closed.");
                var isUsed = _idle.TryPop(out session);
                session ??= await ReadSession.OpenAsync(storage, cancellationToken);
                try
                {
                    var result = await read(session, state, cancellationToken);
                    _idle.Push(session);
                    session = null;
                    return result;
                }
                catch (Exception exception) when (isUsed && storage.IsShared && storage.IsFault(exception))
                {
                    // It has broken since it was last used: the server was started anew, say. A new one is worth a try.
                    session!.Dispose();
                    session = null;
                }
            }
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw new StorageUnavailableException("The database can't be read now.", exception);
        }
        finally
        {
            // Not given back: it is in a state that nobody knows.
            session?.Dispose();
            entered?.Leave();
            _places.Release();
            if (_closed) Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed = true;
        Close();
    }

    private void Close()
    {
        while (_idle.TryPop(out var session)) session.Dispose();
    }
}
