using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SQLitePCL;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// The database file: held by this process alone, checked and brought up to date at the start, then connected to. Other processes
/// may read it meanwhile, to back it up. Thread-safe once open.
/// </summary>
internal partial class SqliteStorage : ISqlStorage
{
    // Checked in full at the start up to this size, which takes half a second; beyond, damage shows when it is read.
    private const long CheckedBytes = 64 << 20;

    private readonly string _path;
    private readonly Counters _counters = new();
    private readonly OldestReady _oldestReady;
    private FileStream? _lock;
    private Checkpointer? _checkpointer;
    private bool _hasRepaired;

    static SqliteStorage() => Batteries_V2.Init();

    public SqliteStorage(IOptions<TaskOptions> options) => (_path, _oldestReady) = (Path.GetFullPath(options.Value.StoragePath), new OldestReady(this));

    /// <inheritdoc/>
    public ICluster? Cluster => null;

    /// <inheritdoc/>
    public string Place => $"the SQLite database {_path}";

    /// <inheritdoc/>
    public ReadTexts Reading => SqliteDialect.Reading;

    /// <inheritdoc/>
    public ReadGate Gate { get; } = new();

    /// <inheritdoc/>
    public ICounters Counters => _counters;

    /// <summary>Whose turn it is among queues.</summary>
    public QueueTurns Turns { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<QueueCount> CountByQueue() => _counters.Ready.ByQueue();

    /// <inheritdoc/>
    public long? OldestReady() => _oldestReady.Find(_counters.Ready.Queues);

    /// <summary>Takes the file, makes it if it isn't there, and brings its schema up to date.</summary>
    /// <exception cref="StorageRefusedException">It can't be used; it is as it was.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _lock = Lock(_path);
            if (SqliteHeader.FindFault(_path, SqliteSchema.Version) is { } fault) throw Refuse(fault);
            Prepare();
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw Refuse($"can't be used: {exception.Message}", exception);
        }
        catch (StorageRefusedException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A connection to change with. There is one at a time.</summary>
    public virtual DbConnection OpenWriter()
    {
        var connection = Connect(SqliteOpenMode.ReadWrite);
        // Power may fail: what a commit has said is on disk must be there. Log and file are put together by the checkpointer.
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864");
        return connection;
    }

    /// <inheritdoc/>
    public IWriteSession OpenSession(IdempotencyTable keys, ILogger logger)
    {
        if (_hasRepaired) Log.Repaired(logger);
        _hasRepaired = false;
        return new SqliteSession(this, _counters, keys, _checkpointer ??= new Checkpointer(this, logger), logger);
    }

    /// <summary>A connection to read with: it sees what has been committed when its statement begins, and never waits for the writer.</summary>
    public virtual ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) => ValueTask.FromResult(OpenReader());

    /// <inheritdoc cref="OpenReaderAsync"/>
    public DbConnection OpenReader()
    {
        var connection = Connect(SqliteOpenMode.ReadWrite);
        Execute(connection, "PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY");
        return connection;
    }

    /// <summary>Makes what a transaction has done durable: when it returns, it is on disk.</summary>
    public virtual void Commit(Statement commit) => commit.Execute();

    /// <summary>True if it is the storage that failed, now, rather than the program: trying again later is worthwhile.</summary>
    public virtual bool IsFault(Exception exception) => exception is SqliteException or IOException;

    /// <summary>How many pages the connection has written to the log since this was last asked.</summary>
    public static int TakePagesWritten(DbConnection connection)
    {
        const int CacheWrite = 9;
        _ = raw.sqlite3_db_status(((SqliteConnection)connection).Handle!, CacheWrite, out var pages, out _, 1);
        return pages;
    }

    /// <summary>Copies what is in the log to the file, as far as readers allow, without waiting for anyone. Answers how many pages the log has.</summary>
    public static long Checkpoint(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetInt64(1) : 0;
    }

    /// <summary>Gives the file up.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _checkpointer, null)?.Dispose();
        _oldestReady.Dispose();
        _lock?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static void Execute(DbConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static string? Ask(DbConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    // A file of its own, so that the database itself stays open to those who only read. The system lets go of it when the process dies, however it dies.
    private FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path + ".lock"))
        {
            throw Refuse("is in use by another process of this service.", exception);
        }
    }

    private void Prepare()
    {
        if (!File.Exists(_path) && !OperatingSystem.IsWindows())
            File.Open(_path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();

        using var connection = Connect(SqliteOpenMode.ReadWriteCreate);
        KeepLog(connection, keep: true);
        var version = int.Parse(Ask(connection, "PRAGMA user_version")!, System.Globalization.CultureInfo.InvariantCulture);
        if (version == 0)
        {
            if (Ask(connection, "SELECT count(*) FROM sqlite_schema") != "0") throw Refuse("is a database of another program.");
        }
        else
        {
            Check(connection);
        }

        _hasRepaired = SqliteSchema.Migrate(connection, version);
        Execute(connection, "PRAGMA journal_mode = WAL");
        KeepLog(connection, keep: false);
    }

    private void Check(SqliteConnection connection)
    {
        if (new FileInfo(_path).Length <= CheckedBytes && Ask(connection, "PRAGMA quick_check(1)") is var found && found != "ok")
            throw Refuse($"is damaged: {found}");
        if (Ask(connection, SqliteDialect.Reading.LastTask) is null) throw Refuse("is damaged: its ledger is missing.");
    }

    // Closing the last connection moves the log into the file and deletes it. A file that is refused is left alone.
    private static void KeepLog(SqliteConnection connection, bool keep)
    {
        const int NoCheckpointOnClose = 1006;
        _ = raw.sqlite3_db_config(connection.Handle!, NoCheckpointOnClose, keep ? 1 : 0, out _);
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = _path, Mode = mode, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA wal_autocheckpoint = 0");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private StorageRefusedException Refuse(string fault, Exception? cause = null) => new($"Tasks:StoragePath: {_path} {fault}", cause);

    private static partial class Log
    {
        [LoggerMessage(1204, LogLevel.Warning, "The database was written by a version that took owners for one another: they have their tasks again, and their counts begin with the tasks that are kept")]
        public static partial void Repaired(ILogger logger);
    }
}
