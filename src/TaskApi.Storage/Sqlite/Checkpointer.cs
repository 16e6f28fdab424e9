using System.Data.Common;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// Moves what the log holds into the file, on a thread of its own, so that commits don't wait for it. While it does so the log
/// grows on; the short rest is the writer's to move, between two transactions, and then the log begins anew: it stays bounded.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    // 32 MiB: worth the while, yet read through in a moment at a start after a crash.
    private const int PagesToMove = 8192;

    private readonly SqliteStorage _storage;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Thread _thread;
    private volatile bool _isRestDue;
    private volatile bool _isMoving;
    private volatile bool _stopped;
    private int _pages;

    public Checkpointer(SqliteStorage storage, ILogger logger)
    {
        (_storage, _logger) = (storage, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = "task-checkpointer" };
        _thread.Start();
    }

    /// <summary>Learns, from the writer, how many pages a transaction added to the log.</summary>
    public void Note(int pages)
    {
        _pages += pages;
        if (_pages < PagesToMove || _isMoving) return;
        _pages = 0;
        _isMoving = true;
        _signal.Release();
    }

    /// <summary>True, once, if the writer should move the rest.</summary>
    public bool TakeRest()
    {
        if (!_isRestDue) return false;
        _isRestDue = false;
        return true;
    }

    /// <summary>Stops.</summary>
    public void Dispose()
    {
        _stopped = true;
        if (!_isMoving) _signal.Release();
        _thread.Join();
        _signal.Dispose();
    }

    private void Run()
    {
        DbConnection? connection = null;
        while (true)
        {
            _signal.Wait();
            if (_stopped) break;
            try
            {
                connection ??= _storage.OpenWriter();
                SqliteStorage.Checkpoint(connection);
                _isRestDue = true;
            }
            catch (Exception exception) when (_storage.IsFault(exception))
            {
                Log.Failed(_logger, exception);
                connection?.Dispose();
                connection = null;
            }

            _isMoving = false;
            if (_stopped) break;
        }

        connection?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Warning, "The database's log could not be moved into its file; it goes on growing meanwhile")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
