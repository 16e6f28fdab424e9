using System.Data.Common;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>Finds the task that has waited longest for its turn: by a look at each priority that a queue has tasks of. Thread-safe.</summary>
/// <param name="storage">The file.</param>
internal sealed class OldestReady(SqliteStorage storage) : IDisposable
{
    private readonly Lock _gate = new();
    private DbConnection? _connection;
    private Statement? _find;
    private Statement? _findBounded;

    /// <summary>When it came due, in Unix milliseconds; null if none waits, or the file can't be read now.</summary>
    /// <param name="queues">Those that have tasks.</param>
    public long? Find(IEnumerable<(int Owner, string Queue)> queues)
    {
        long? oldest = null;
        lock (_gate)
        {
            try
            {
                foreach (var (owner, queue) in queues)
                    foreach (var isBounded in (ReadOnlySpan<bool>)[false, true])
                        for (var below = long.MaxValue; FindHead(owner, queue, isBounded, below) is { } head; below = head.Priority) oldest = Math.Min(oldest ?? long.MaxValue, head.Due);
            }
            catch (Exception exception) when (storage.IsFault(exception))
            {
                return null;
            }
        }

        return oldest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _find?.Dispose();
            _findBounded?.Dispose();
            _connection?.Dispose();
            (_find, _findBounded, _connection) = (null, null, null);
        }
    }

    private (long Priority, long Due)? FindHead(int owner, string queue, bool isBounded, long below)
    {
        _connection ??= storage.OpenReader();
        var find = isBounded
            ? _findBounded ??= new Statement(_connection, QueueReads.BoundedHead, "@owner", "@queue", "@below")
            : _find ??= new Statement(_connection, QueueReads.Head, "@owner", "@queue", "@below");
        using var reader = find.Set(0, (long)owner).Set(1, queue).Set(2, below).Read();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }
}
