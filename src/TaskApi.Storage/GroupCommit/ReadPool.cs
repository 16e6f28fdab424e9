using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The connections to read with: as many as are in use at once, up to a bound; whoever comes beyond it waits. Thread-safe.</summary>
internal sealed class ReadPool(ISqlStorage storage) : IDisposable
{
    private readonly ICluster? _cluster = storage.Cluster;
    private readonly ConcurrentStack<ReadSession> _idle = new();
    private readonly SemaphoreSlim _places = new(Math.Max(4, Environment.ProcessorCount * 2));
    private volatile bool _closed;

    /// <summary>Reads, on a connection of its own for so long. Whatever has to be tried for that, it takes no longer than <see cref="ICluster.Deadline"/>.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be read now.</exception>
    public async ValueTask<T> ReadAsync<TState, T>(
        TState state, Func<ReadSession, TState, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        var reading = ReadOnAnyAsync(state, read, cancellationToken);
        if (_cluster is not { } cluster || reading.IsCompleted) return await reading;
        try
        {
            return await reading.AsTask().WaitAsync(cluster.Deadline, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            // The others lead to the same silence: whoever comes next connects anew. This one ends by itself, later, and is not given back.
            Drop();
            throw new StorageUnavailableException("The database doesn't answer.", exception);
        }
    }

    private async ValueTask<T> ReadOnAnyAsync<TState, T>(
        TState state, Func<ReadSession, TState, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(_cluster?.Deadline ?? Timeout.InfiniteTimeSpan, cancellationToken)) throw new StorageUnavailableException("The database doesn't answer.");
        ReadSession? session = null;
        ReadGate? entered = null;
        try
        {
            if (storage.Gate is { } gate)
            {
                await gate.EnterAsync(cancellationToken);
                entered = gate;
            }

            if (_closed) throw new StorageUnavailableException("The database is closed.");
            var isUsed = TryPop(out session);
            session ??= await ReadSession.OpenAsync(storage, cancellationToken);
            T result;
            try
            {
                result = await read(session, state, cancellationToken);
            }
            catch (Exception exception) when (isUsed && _cluster is not null && storage.IsFault(exception))
            {
                // It has broken since it was last used, and so probably have the others: the server was started anew, say.
                session.Dispose();
                session = null;
                Drop();
                session = await ReadSession.OpenAsync(storage, cancellationToken);
                result = await read(session, state, cancellationToken);
            }

            _idle.Push(session);
            session = null;
            return result;
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
            if (_closed) Drop();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed = true;
        Drop();
    }

    // One that shows what the database was before it went back is of no use any more.
    private bool TryPop([NotNullWhen(true)] out ReadSession? session)
    {
        while (_idle.TryPop(out session))
        {
            if (session.Generation == (_cluster?.Generation ?? 0)) return true;
            session.Dispose();
        }

        return false;
    }

    private void Drop()
    {
        while (_idle.TryPop(out var session)) session.Dispose();
    }
}
