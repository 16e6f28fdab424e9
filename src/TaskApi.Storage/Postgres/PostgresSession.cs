using System.Data;
using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The writer's connection. A transaction takes two round trips, however much it does, and one more if tasks are due: in the first it gets
/// numbers and holds what it is going to change, in the last it writes everything down, tells the other nodes, and commits. If more is
/// waiting then, that begins the next transaction too, which saves its first one.
/// </summary>
internal sealed partial class PostgresSession : IWriteSession, IClusterSession
{
    // What is forgotten is hidden at once, and deleted when every node has had the time to tell those who wait for it.
    private const long GraceMs = 10_000;

    private readonly PostgresStorage _storage;
    private readonly ClusterCounters _counters;
    private readonly IdempotencyTable _keyTable;
    private readonly TaskOptions _options;
    private readonly RunClock _clock;
    private readonly PostgresIdempotency _keys;
    private readonly PostgresRows _rows = new();
    private readonly IndexFloor _dueFloor;
    private readonly IndexFloor _finishedFloor;
    private readonly DueTickHints _hints;
    private readonly Announcer _announcer;
    private readonly CommitOutcome _outcome;
    private readonly List<long> _numbersAhead = [];
    private NpgsqlConnection? _connection;
    private SlotCounts? _slot;
    private ClusterTotals? _totalsAhead;
    private string? _transaction;
    private string? _ahead;
    private long? _nextDueTick;
    private long? _oldestFinished;
    private TaskRow? _proof;
    private int _operations;
    private int _creates;
    private bool _aheadAnnouncesAll = true;

    public PostgresSession(PostgresStorage storage, ClusterCounters counters, IdempotencyTable keyTable, TaskOptions options, RunClock clock)
    {
        (_storage, _counters, _keyTable, _options, _clock) = (storage, counters, keyTable, options, clock);
        (_dueFloor, _finishedFloor, _hints) = (new IndexFloor(clock), new IndexFloor(clock), new DueTickHints(clock));
        _keys = new PostgresIdempotency(counters, this, clock);
        (_announcer, _outcome) = (new Announcer(storage), new CommitOutcome(storage));
    }

    /// <inheritdoc/>
    public IIdempotencyStatements Keys => _keys;

    /// <inheritdoc/>
    public IClusterSession Cluster => this;

    /// <inheritdoc/>
    public bool CarriesCreated => AnnouncesAll && _operations <= CarriedTasks.MostEffects;

    // True if the transaction that has begun tells other processes of all that it does, and not of final states only.
    private bool AnnouncesAll { get; set; } = true;

    /// <inheritdoc/>
    public bool HasBegunNext => _ahead is not null;

    /// <summary>The connection as it is, or a new one.</summary>
    internal NpgsqlConnection Connection
    {
        get
        {
            // Ended meanwhile by the server, or on the way to it: outside of a transaction nothing is lost with it.
            if (_connection is { State: not ConnectionState.Open } && _transaction is null) Disconnect();
            return _connection ?? Connect();
        }
    }

    /// <inheritdoc/>
    public void Load(RunClock clock)
    {
        _storage.DatabaseClock?.Measure(Connection);
        _keyTable.Load(this);
        _dueFloor.Reset();
        _finishedFloor.Reset();
        _dueFloor.Found(_nextDueTick = Ask(TaskSql.NextDueTick, Number(_dueFloor.Next())));
        _finishedFloor.Found(_oldestFinished = Ask(TaskSql.OldestFinished, Number(_finishedFloor.Next())));
    }

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<WriteOperation> operations)
    {
        _rows.Clear();
        _keys.Clear();
        _proof = null;
        var needs = new SessionNeeds(operations);
        (_operations, _creates) = (operations.Count, needs.Creates);
        // One that shows what the database was before it went back is of no use any more.
        if (_connection is not null && _storage.GenerationOf(_connection) != _storage.Generation) Disconnect();
        _storage.History.Check(Connection);
        TakeAhead();
        Start(needs);
        // What it has found out may be that it has to be alone.
        if (_creates == 0 || _isAlone || !_counters.IsNear(_creates)) return;
        Execute(TransactionSql.Rollback);
        (_transaction, AnnouncesAll) = (null, true);
        _counters.GiveBack();
        _rows.Clear();
        _keys.Clear();
        Start(needs);
    }

    /// <inheritdoc/>
    public void Commit(WriteBatch batch, int waiting)
    {
        if (_transaction is null && !batch.IsChanged) return;
        EnsureBegun();
        // Owners that were looked up meanwhile are those of the database that this connection is to.
        _storage.History.Check(Connection);
        _proof ??= _rows.Proof;
        using var commands = new NpgsqlBatch(Connection);
        _rows.AddTo(commands);
        _keys.AddTo(commands);
        if (_counters.TakeAdded() is { } added)
        {
            _slot!.AddTo(commands, added.Owners, added.Columns);
        }

        // What was due at once has been claimed, as far as it was not too much.
        var dueTick = batch.EarliestDueTick <= batch.Run ? _nextDueTick : batch.EarliestDueTick;
        var hint = _hints.Choose(dueTick);
        _announcer.Add(commands, batch, AnnouncesAll, hint);
        commands.Add(TransactionSql.Commit);
        // After many creations more will follow, though they have not been asked for yet.
        var continues = (waiting > 0 || _creates >= ManyCreates) && !_counters.IsNear(MostAhead);
        if (continues) AddNext(commands, waiting);
        try
        {
            using var reader = commands.ExecuteReader();
            var results = new ResultSets(reader);
            for (var i = 0; i < _announcer.Results; i++) results.Next();
            if (continues) ReadNext(ref results);
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            // Cut off while it committed: whether it has, only the database knows.
            var generation = _storage.GenerationOf(Connection);
            Disconnect();
            if (!_outcome.HasCommitted(this, _transaction, generation, _proof)) throw;
        }

        _hints.Told(hint);
        _slot?.Commit();
        _announcer.Commit();
        _transaction = null;
    }

    /// <inheritdoc/>
    public void GiveUpNext()
    {
        if (_ahead is null) return;
        ForgetNext();
        try
        {
            Execute(TransactionSql.Rollback);
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            Disconnect();
        }
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        _announcer.Rollback();
        // Whatever state the connection is in, the transaction ends with it.
        Disconnect();
    }

    /// <inheritdoc/>
    public void Insert(TaskRow row)
    {
        _dueFloor.Add(row.DueTick);
        _rows.Insert(row);
    }

    /// <inheritdoc/>
    public TaskRow? Find(long sequence) => _rows.Find(sequence);

    /// <inheritdoc/>
    public TaskRow? FindCommitted(long sequence)
    {
        using var find = new NpgsqlCommand(TaskSql.FindMany, Connection);
        find.Parameters.Add(Column([sequence], NpgsqlDbType.Bigint));
        using var reader = find.ExecuteReader();
        return reader.Read() ? TaskRow.Read(reader) : null;
    }

    /// <inheritdoc/>
    public void Change(TaskRow row)
    {
        if (row.State.IsDone()) _oldestFinished ??= row.Finished + row.FinishedOffset;
        else _dueFloor.Add(row.DueTick);
        _rows.Change(row);
    }

    /// <inheritdoc/>
    public long? NextDueTick() => _nextDueTick;

    /// <inheritdoc/>
    public long? OldestFinished() => _oldestFinished + GraceMs;

    /// <inheritdoc/>
    public int Forget(long until, long limit)
    {
        var oldEnough = Math.Min(until, _clock.Now) - GraceMs;
        if (_oldestFinished is null || _oldestFinished > oldEnough) return 0;
        EnsureBegun();
        var forgotten = until == long.MaxValue
            ? Execute(TaskSql.ForgetExcess, Number(oldEnough), Number(limit), Number(_finishedFloor.Next()), Number(_options.MaxFinished))
            : Execute(TaskSql.Forget, Number(oldEnough), Number(limit), Number(_finishedFloor.Next()));
        _finishedFloor.Found(_oldestFinished = Ask(TaskSql.OldestFinished, Number(_finishedFloor.Next())));
        // There may be some of other nodes: looked for after a while, even if there is none now.
        _oldestFinished ??= _clock.Now;
        return forgotten;
    }

    /// <inheritdoc/>
    public void Dispose() => Disconnect();
}
