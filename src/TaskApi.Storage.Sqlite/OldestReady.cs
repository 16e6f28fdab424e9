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
    private Statement[]? _heads;

    /// <summary>When it came due, in Unix milliseconds; null if none waits, or the file can't be read now.</summary>
    /// <param name="queues">Those that have tasks.</param>
    public long? Find(IEnumerable<(int Owner, string Queue)> queues)
    {
        long? oldest = null;
        lock (_gate)
        {
            try
            {
                _connection ??= storage.OpenReader();
                _heads ??= Array.ConvertAll(QueueReads.Heads, head => new Statement(_connection, head, "@owner", "@queue", "@below"));
                foreach (var (owner, queue) in queues)
                    foreach (var find in _heads)
                        for (var below = long.MaxValue; FindHead(find, owner, queue, below) is { } head; below = head.Priority) oldest = Math.Min(oldest ?? long.MaxValue, head.Due);
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
            foreach (var head in _heads ?? []) head.Dispose();
            _connection?.Dispose();
            (_heads, _connection) = (null, null);
        }
    }

    private static (long Priority, long Due)? FindHead(Statement find, int owner, string queue, long below)
    {
        using var reader = find.Set(0, (long)owner).Set(1, queue).Set(2, below).Read();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }
}
