using System.Data.Common;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// Moves what the log holds into the file, on a thread of its own, so that commits don't wait for it. While it does so the log
/// grows on; the short rest is the writer's to move, between two transactions, and then the log begins anew, unless somebody is reading what is in it.
/// Where reads always overlap that would be never: then new ones are held for a moment. So the log stays bounded.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    // 32 MiB: worth the while, yet read through in a moment at a start after a crash.
    private const int PagesToMove = 8192;

    // 48 MiB: what is left over from the time before, as nobody was there who had to be waited for, is less.
    private const int PagesToHold = PagesToMove * 3 / 2;

    // Far longer than a read or a transaction takes; doubled where it was too short.
    private static readonly TimeSpan _shortestHold = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _longestHold = TimeSpan.FromSeconds(4);

    private readonly SqliteStorage _storage;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _signal = new(0, 2);
    private readonly ManualResetEventSlim _rest = new();
    private TimeSpan _hold = _shortestHold;
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

    /// <summary>Learns, from the writer, that it has moved the rest.</summary>
    public void NoteRest() => _rest.Set();

    /// <summary>Stops.</summary>
    public void Dispose()
    {
        _stopped = true;
        // Whether or not it is moving: it may just be done, and have looked before it was to stop.
        _signal.Release();
        _thread.Join();
        _signal.Dispose();
        _rest.Dispose();
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
                var pages = SqliteStorage.Checkpoint(connection);
                if (pages > PagesToHold) HoldReaders(connection);
                else _isRestDue = true;
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

    // With nobody reading, all is moved, and what is written meanwhile the writer moves; with its next transaction the log begins anew. A writer that
    // has nothing to do has left nothing to move: it is not waited for for long.
    private void HoldReaders(DbConnection connection)
    {
        try
        {
            var isEmpty = _storage.Gate.Hold(_hold);
            SqliteStorage.Checkpoint(connection);
            _rest.Reset();
            _isRestDue = true;
            _hold = _rest.Wait(_hold) && isEmpty ? _shortestHold : _hold * 2 < _longestHold ? _hold * 2 : _longestHold;
        }
        finally
        {
            _storage.Gate.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Warning, "The database's log could not be moved into its file; it goes on growing meanwhile")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
