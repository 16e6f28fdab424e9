using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Npgsql;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The PostgreSQL database that any number of nodes share. It may be away, at the start too: what is asked of it fails then, and
/// works again when it is back. Thread-safe.
/// </summary>
internal sealed partial class PostgresStorage : ISqlStorage
{
    private const string Setting = "ConnectionStrings:Tasks";
    private const int NpgsqlTimeout = 15;
    private const int NpgsqlCommandTimeout = 30;
    private const int DeadlineSeconds = 15;

    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(10);

    private readonly TaskOptions _options;
    private readonly RunClock _clock;
    private readonly NpgsqlDataSource _source;
    private readonly SessionSettings _settings;
    private readonly ClusterLedger _ledger;
    private readonly long _retention;
    private readonly Lock _gate = new();
    private volatile string? _schema;
    private volatile string? _fault = "The database has not been reached yet.";
    private long _heard;

    /// <param name="options">The bounds.</param>
    /// <param name="configuration">Has the connection string.</param>
    /// <param name="clock">Follows the database's clock; or, a test's, which all its nodes share, plays it.</param>
    public PostgresStorage(IOptions<TaskOptions> options, IConfiguration configuration, RunClock clock)
    {
        (_options, _clock) = (options.Value, clock);
        _source = Read(configuration.GetConnectionString("Tasks"));
        var named = new NpgsqlConnectionStringBuilder(_source.ConnectionString);
        Place = $"the PostgreSQL database {named.Database ?? named.Username} at {named.Host}, port {named.Port}";
        Deadline = TimeSpan.FromSeconds(named.CommandTimeout);
        _settings = new SessionSettings(Deadline);
        _ledger = new ClusterLedger(this, _options, clock);
        _retention = (long)Math.Ceiling(_options.Retention.TotalMilliseconds);
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
    public Echoes Echoes { get; } = new();

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public ReadTexts Reading => PostgresDialect.Reading;

    /// <summary>None: readers hold nobody up.</summary>
    public ReadGate? Gate => null;

    /// <inheritdoc/>
    public ILedger Ledger => _ledger;

    /// <inheritdoc/>
    public long GoneUntil => _options.MaxFinished == 0 ? long.MaxValue : _clock.Now - _retention;

    /// <summary>The clock by which tasks are due.</summary>
    public RunClock Clock => _clock;

    /// <summary>True if the database's own clock has to agree to what is due by <see cref="RunClock"/>.</summary>
    public bool IsGuarded => _clock is DatabaseClock;

    /// <summary>A refusal to start, in which the setting is named, and no credentials are.</summary>
    public static StorageRefusedException Refuse(string fault, Exception? cause = null) => new($"{Setting} {fault}", cause);

    /// <summary>Looks whether the database can be used. One that is away is waited for: nodes and database may start in any order.</summary>
    public void Open()
    {
        try
        {
            Connect().Dispose();
        }
        catch (PostgresException exception) when (IsRefusal(exception))
        {
            throw Refuse($"names a database that can't be used: {exception.MessageText}", exception);
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

    /// <inheritdoc/>
    public async ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) => await ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public IWriteSession OpenSession(CallTable calls, ILogger logger) => new PostgresSession(this, _ledger, calls, _options, _clock);

    /// <inheritdoc/>
    public IListener? Listen(EffectTeller teller, TaskEventLog events, SqlWriter writer, ILogger logger) =>
        new ClusterListener(this, teller, events, writer, logger);

    /// <summary>Looks at the database's clock, three times, and believes the quickest answer.</summary>
    public void Measure(NpgsqlConnection connection)
    {
        if (_clock is not DatabaseClock clock) return;
        var best = (Microseconds: 0L, Asked: TimeSpan.Zero, Took: TimeSpan.MaxValue);
        using var look = new NpgsqlCommand(PostgresDialect.Clock, connection);
        for (var i = 0; i < 3; i++)
        {
            var asked = clock.Ticks.Elapsed;
            var microseconds = (long)look.ExecuteScalar()!;
            var took = clock.Ticks.Elapsed - asked;
            if (took < best.Took) best = (microseconds, asked, took);
        }

        clock.Follow(best.Microseconds, best.Asked);
    }

    /// <inheritdoc/>
    public bool IsFault(Exception exception) => exception switch
    {
        // What the program got wrong: data, constraints, syntax. Rights that are missing can be given.
        PostgresException { SqlState: ['2', '2' or '3', ..] } => false,
        PostgresException { SqlState: ['4', '2', ..] } wrong => wrong.SqlState == PostgresErrorCodes.InsufficientPrivilege,
        DbException or IOException or SocketException or TimeoutException or StorageRefusedException or StorageUnavailableException => true,
        // A connection that has broken meanwhile.
        ObjectDisposedException or InvalidOperationException { Source: "Npgsql" } => true,
        _ => false,
    };

    /// <inheritdoc/>
    public bool IsHeld(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    // Who asks is not let in, or there is nothing there for him: waiting doesn't help.
    private static bool IsRefusal(PostgresException exception) => exception.SqlState is
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName
        or PostgresErrorCodes.InsufficientPrivilege;

    private static NpgsqlDataSource Read(string? text)
    {
        const string Example = "Host=db.example.org;Database=taskapi;Username=taskapi;Password=...";
        if (string.IsNullOrWhiteSpace(text)) throw Refuse($"is missing: with Tasks:Storage=Postgres it names the database, as {Example}");
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            // What is wrong with it might be a part of a password.
            throw Refuse($"is not a connection string such as {Example}");
        }

        if (string.IsNullOrEmpty(builder.Host)) throw Refuse($"names no host; it is a connection string such as {Example}");
        builder.Pooling = false;
        builder.Enlist = false;
        builder.Multiplexing = false;
        builder.PersistSecurityInfo = false;
        builder.IncludeErrorDetail = false;
        // What the string leaves at Npgsql's own values.
        builder.ApplicationName ??= "taskapi";
        if (builder.MaxAutoPrepare == 0) (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (100, 2);
        if (builder.Timeout == NpgsqlTimeout) builder.Timeout = 5;
        // None at all would be a call without an end.
        if (builder.CommandTimeout is NpgsqlCommandTimeout or 0) builder.CommandTimeout = DeadlineSeconds;
        // A transaction of many is sent at once.
        builder.WriteBufferSize = Math.Max(builder.WriteBufferSize, 64 << 10);
        builder.TcpKeepAlive = true;
        // A firewall that forgets idle connections is to see that they are used, and a peer that is gone to be noticed.
        if (builder.TcpKeepAliveTime == 0) (builder.TcpKeepAliveTime, builder.TcpKeepAliveInterval) = (10, 5);
        // Only types that every PostgreSQL has are used: to connect again takes no more than it must.
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).ConfigureTypeLoading(static types => types.EnableTypeLoading(false)).Build();
    }

    private void Prepare(NpgsqlConnection connection)
    {
        lock (_gate)
        {
            if (_schema is not null) return;
            using var find = new NpgsqlCommand("SELECT current_schema()::text", connection);
            if (find.ExecuteScalar() is not string schema) throw Refuse("has a Search Path without any schema that exists.");
            PostgresSchema.Migrate(connection);
            _schema = schema;
        }
    }
}
