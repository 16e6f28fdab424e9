using System.Data.Common;
using Microsoft.Extensions.Options;
using Npgsql;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The PostgreSQL database that any number of nodes share. It may be away, at the start too: what is asked of it fails then, and
/// works again when it is back. Thread-safe.
/// </summary>
internal sealed class PostgresStorage : ISqlStorage, ICluster
{
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(10);

    private readonly TaskOptions _options;
    private readonly WorkOptions _workOptions;
    private readonly RunClock _clock;
    private readonly NpgsqlDataSource _source;
    private readonly SessionSettings _settings;
    private readonly long _retention, _failedRetention;
    private readonly ReadyLook _ready;
    private bool _mayHaveEnded, _mayHaveGathers, _mayOweCallbacks;
    private readonly Lock _gate = new();
    private volatile string? _schema;
    private volatile string? _fault = "The database has not been reached yet.";
    private readonly OtherNodes _others = new();
    private long _heard;

    /// <param name="options">The bounds.</param>
    /// <param name="configuration">Has the connection string.</param>
    /// <param name="clock">Follows the database's clock; or, a test's, which all its nodes share, plays it.</param>
    /// <param name="workOptions">The bounds of work; null for those that hold where nothing is set.</param>
    public PostgresStorage(IOptions<TaskOptions> options, IConfiguration configuration, RunClock clock, IOptions<WorkOptions>? workOptions = null)
    {
        (_options, _workOptions, _clock) = (options.Value, workOptions?.Value ?? new WorkOptions(), clock);
        _source = ConnectionString.Read(configuration.GetConnectionString("Tasks"));
        var named = new NpgsqlConnectionStringBuilder(_source.ConnectionString);
        (Place, Deadline) = ($"the PostgreSQL database {named.Database ?? named.Username} at {named.Host}, port {named.Port}", TimeSpan.FromSeconds(named.CommandTimeout));
        (_retention, _failedRetention) = ((long)Math.Ceiling(_options.Retention.TotalMilliseconds), (long)Math.Ceiling(_options.FailedRetention.TotalMilliseconds));
        (_settings, Counters, Own, Floors, _ready) = (new SessionSettings(Deadline), new ClusterCounters(this, _options, clock), new OwnBeat(this), new ReadyFloors(clock), new ReadyLook(this, clock));
    }

    /// <summary>This process, as other nodes are told of it.</summary>
    public string Node { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>The channel on which nodes tell each other what they have done.</summary>
    public string Channel => $"taskapi.{_schema}";

    /// <inheritdoc/>
    public string? Fault
    {
        get => _fault ?? (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _heard)) > _longestSilence ? "The database doesn't answer." : null);
        set
        {
            Hear();
            _fault = value;
        }
    }

    /// <summary>Notes that the database has answered the one who listens, which it does every second.</summary>
    public void Hear() => Volatile.Write(ref _heard, TimeProvider.System.GetTimestamp());

    /// <inheritdoc/>
    public TimeSpan Deadline { get; }

    /// <summary>The history that the database has, as far as this process has seen it.</summary>
    public DatabaseHistory History { get; } = new();

    /// <inheritdoc/>
    public int Generation => History.Generation;

    /// <inheritdoc/>
    public int GenerationOf(DbConnection connection) => History.Of(connection);

    /// <summary>What this node has told of, until it is told of it itself.</summary>
    public PendingNotifications PendingNotifications { get; } = new();

    /// <inheritdoc/>
    public ICluster Cluster => this;

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public IReadOnlyList<QueueCount> CountByQueue() => _ready.CountByQueue();

    /// <inheritdoc/>
    public long? OldestReady() => _ready.FindOldest();

    /// <inheritdoc/>
    public ReadTexts Reading => TaskSql.Reading;

    /// <summary>None: readers hold nobody up.</summary>
    public ReadGate? Gate => null;

    /// <inheritdoc cref="ISqlStorage.Counters"/>
    public ClusterCounters Counters { get; }

    /// <inheritdoc/>
    ICounters ISqlStorage.Counters => Counters;

    /// <inheritdoc/>
    public long HiddenUntil => _options.MaxFinished == 0 ? long.MaxValue : _clock.Now - _retention;

    /// <summary>The same of failed ones, which are kept for a time of their own.</summary>
    public long FailedHiddenUntil => _options.MaxFailed == 0 ? long.MaxValue : _clock.Now - _failedRetention;

    /// <summary>How many failed tasks are kept.</summary>
    public int MaxFailed => _options.MaxFailed;

    /// <summary>Who waits for work in this process, or runs it; null before it listens.</summary>
    public WorkSignals? Signals { get; private set; }

    /// <summary>True if other nodes may be there, as seen within the last seconds.</summary>
    public bool HasOthers { get => _others.MayBeThere; set => _others.MayBeThere = value; }

    /// <summary>The channel on which nodes signal what work means for those who wait for it, or run it. Nodes that know no work don't hear it.</summary>
    public string WorkChannel => $"{Channel}.work";

    /// <summary>This node's own sign of life.</summary>
    public OwnBeat Own { get; }

    /// <summary>True if something may be left to do in the database of what follows when tasks are done.</summary>
    public bool MayHaveEnded { get => Volatile.Read(ref _mayHaveEnded); set => Volatile.Write(ref _mayHaveEnded, value); }

    /// <summary>The same of gathers.</summary>
    public bool MayHaveGathers { get => Volatile.Read(ref _mayHaveGathers); set => Volatile.Write(ref _mayHaveGathers, value); }

    /// <summary>True if nodes of the version before may have ended tasks with callbacks, of which they know nothing.</summary>
    public bool MayOweCallbacks { get => Volatile.Read(ref _mayOweCallbacks); set => Volatile.Write(ref _mayOweCallbacks, value); }

    /// <summary>What the looks of each second find, for the writer.</summary>
    public FoundAlarm Alarm { get; } = new();

    /// <summary>Whose turn it is, as this node has served them.</summary>
    public QueueTurns Turns { get; } = new();

    /// <summary>From where on this node looks for tasks whose turn it is.</summary>
    public ReadyFloors Floors { get; }

    /// <summary>The clock by which tasks are due.</summary>
    public RunClock Clock => _clock;

    /// <summary>The same where it follows the database's own, which then has to agree to what is due; null for a test's.</summary>
    public DatabaseClock? DatabaseClock => _clock as DatabaseClock;

    /// <summary>Looks whether the database can be used. One that is away is waited for: nodes and database may start in any order.</summary>
    public void Open()
    {
        try
        {
            Connect().Dispose();
        }
        catch (PostgresException exception) when (PostgresFaults.IsRefusal(exception))
        {
            throw ConnectionString.Refuse($"names a database that can't be used: {exception.MessageText}", exception);
        }
        catch (Exception exception) when (exception is not StorageRefusedException && IsFault(exception))
        {
            // Not ready, and the writer goes on trying.
        }
    }

    /// <summary>A connection of its own; the first one finds, or makes, the tables.</summary>
    public NpgsqlConnection Connect()
    {
        var connection = _source.OpenConnection();
        try
        {
            using var settings = _settings.On(connection);
            settings.ExecuteNonQuery();
            if (_schema is null) Prepare(connection);
            History.Enter(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The same without a thread that waits: where many may connect at once, and the database answers late.</summary>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var settings = _settings.On(connection);
            await settings.ExecuteNonQueryAsync(cancellationToken);
            if (_schema is null) Prepare(connection);
            await History.EnterAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the database know what bounds the tasks that programs create in transactions of their own.</summary>
    public void TellBounds(NpgsqlConnection connection)
    {
        using var tell = new NpgsqlCommand(CountSql.TellBounds, connection)
        {
            Parameters = { PostgresCommands.Number(_options.MaxPending), PostgresCommands.Number(_options.MaxBatch), PostgresCommands.Number(_workOptions.MaxInputBytes) },
        };
        tell.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public async ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) => await ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public IWriteSession OpenSession(IdempotencyTable keys, ILogger logger) => new PostgresSession(this, Counters, keys, _options, _clock);

    /// <inheritdoc/>
    public IListener Listen(CommitPublisher publisher, TaskEventLog events, SqlWriter writer, WorkSignals signals, QueueBook queues, ILogger logger)
    {
        Signals = signals;
        return new ClusterListener(this, publisher, events, writer, signals, queues, logger);
    }

    /// <inheritdoc/>
    public bool IsFault(Exception exception) => PostgresFaults.IsFault(exception);

    /// <inheritdoc/>
    public bool IsHeld(Exception exception) => PostgresFaults.IsHeld(exception);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private void Prepare(NpgsqlConnection connection)
    {
        lock (_gate)
        {
            if (_schema is not null) return;
            var schema = PostgresSchema.Name(connection);
            PostgresSchema.Migrate(connection);
            _schema = schema;
        }
    }
}
