using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;
using TaskApi.Storage.Sqlite;

namespace TaskApi.Tests.Sql;

/// <summary>The storage, and what can go wrong with it, as a test wants it.</summary>
internal sealed class FaultyDatabase(IOptions<TaskOptions> options) : SqliteStorage(options)
{
    private const int IoError = 10;

    private readonly List<DbConnection> _writers = [];
    private volatile int _left = int.MaxValue;
    private volatile int _maxPages;
    private volatile TaskCompletionSource? _held;

    /// <summary>How many commits have been tried.</summary>
    public int Commits { get; private set; }

    /// <summary>Every commit fails, as when the disk breaks.</summary>
    /// <param name="commits">After so many more.</param>
    public void BreakDisk(int commits = 0) => _left = commits;

    /// <summary>The disk works again.</summary>
    public void MendDisk() => _left = int.MaxValue;

    /// <summary>The database may not grow any more, as when the disk is full: SQLite itself says so then.</summary>
    public void FillDisk() => Limit(1);

    /// <summary>There is room again.</summary>
    public void MakeRoom() => Limit(int.MaxValue - 1);

    /// <summary>Commits don't come to an end until <see cref="Release"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource();

    public void Release() => Interlocked.Exchange(ref _held, null)?.SetResult();

    public override DbConnection OpenWriter()
    {
        var connection = base.OpenWriter();
        lock (_writers) _writers.Add(connection);
        if (_maxPages > 0) Limit(connection, _maxPages);
        return connection;
    }

    public override void Commit(Statement commit)
    {
        Commits++;
        _held?.Task.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
        if (_left == 0) throw new SqliteException("SQLite Error 10: 'disk I/O error'.", IoError);
        base.Commit(commit);
        if (_left != int.MaxValue) _left--;
    }

    // SQLite takes no limit below what the file has already.
    private void Limit(int pages)
    {
        _maxPages = pages;
        lock (_writers)
            foreach (var connection in _writers) Limit(connection, pages);
    }

    private static void Limit(DbConnection connection, int pages)
    {
        if (connection.State != System.Data.ConnectionState.Open) return;
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA max_page_count = {pages}";
        command.ExecuteNonQuery();
    }
}
