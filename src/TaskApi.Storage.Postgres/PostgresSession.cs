using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The writer's session. A transaction takes two round trips, however much it does, and one more if tasks are due: in the first it gets
/// numbers and holds what it is going to change, in the last it writes everything down, tells the other nodes, and commits. If more is
/// waiting then, that begins the next transaction too, which saves its first one.
/// </summary>
internal sealed class PostgresSession : IWriteSession, IClusterSession
{
    // What is forgotten is hidden at once, and deleted when every node has had the time to tell those who wait for it.
    public const long GraceMs = 10_000;

    private readonly PostgresStorage _storage;
    private readonly ClusterCounters _counters;
    private readonly IdempotencyTable _keyTable;
    private readonly TaskOptions _options;
    private readonly RunClock _clock;
    private readonly SessionConnection _connection;
    private readonly SessionTransaction _transaction;
    private readonly NextTransaction _next;
    private readonly SessionDeadlines _deadlines;
    private readonly DueTickHints _hints;
    private readonly PostgresRows _rows = new();
    private readonly PostgresIdempotency _keys;
    private readonly PostgresSchedules _schedules;
    private readonly PostgresWork _work;
    private readonly DueClaims _claims;
    private readonly Announcer _announcer;
    private readonly WorkAnnouncer _signals;
    private readonly CommitOutcome _outcome;
    private bool _onlyTakes;
    private int _operations, _creates, _results;

    public PostgresSession(PostgresStorage storage, ClusterCounters counters, IdempotencyTable keyTable, TaskOptions options, RunClock clock)
    {
        (_storage, _counters, _keyTable, _options, _clock) = (storage, counters, keyTable, options, clock);
        _next = new NextTransaction(counters);
        _connection = new SessionConnection(storage, _next.Clear);
        _transaction = new SessionTransaction(storage, _connection, counters, keyTable);
        (_deadlines, _hints) = (new SessionDeadlines(clock), new DueTickHints(clock));
        _keys = new PostgresIdempotency(counters, _connection, _transaction, clock);
        _schedules = new PostgresSchedules(_connection, _transaction);
        _work = new PostgresWork(storage, counters, _connection, _transaction, _rows, _deadlines, clock);
        _claims = new DueClaims(storage, _connection, _transaction, _rows, _deadlines);
        (_announcer, _signals, _outcome) = (new Announcer(storage), new WorkAnnouncer(storage), new CommitOutcome(storage));
    }

    /// <inheritdoc/>
    public IIdempotencyStatements Keys => _keys;

    /// <inheritdoc/>
    public IWorkStatements Work => _work;

    /// <inheritdoc/>
    public IScheduleStatements Schedules => _schedules;

    /// <inheritdoc/>
    public IQueueStatements Queues => _work.Queues;

    /// <inheritdoc/>
    public IAftermathStatements Aftermath => _work.Aftermath;

    /// <inheritdoc/>
    public ICallbackStatements Callbacks => _work.Callbacks;

    /// <inheritdoc/>
    public IClusterSession Cluster => this;

    /// <inheritdoc/>
    public bool CarriesCreated => _transaction.AnnouncesAll && _operations <= CarriedTasks.MostEffects;

    /// <inheritdoc/>
    public bool HasBegunNext => _next.Id is not null;

    /// <inheritdoc/>
    public void Load(RunClock clock)
    {
        _storage.DatabaseClock?.Measure(_connection.Current);
        _keyTable.Load(this);
        _deadlines.Load(_connection);
        _work.Load();
    }

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<WriteOperation> operations)
    {
        var needs = new SessionNeeds(operations);
        (_operations, _creates, _onlyTakes) = (operations.Count, needs.Creates, needs.OnlyTakes);
        _connection.Renew();
        _transaction.Take(_next);
        for (Clear(); !_transaction.TryStart(needs, _rows, _keys, _work); Clear()) _transaction.GiveBack();
        _schedules.Hold(needs.Schedules);
    }

    /// <inheritdoc/>
    public void Commit(WriteBatch batch, int waiting)
    {
        if (!_transaction.HasBegun && !batch.IsChanged) return;
        // Whoever looked for work in vain leaves no trace, and waits for no disk. What is acknowledged otherwise, because it was so before, is to stay as it is.
        if (_onlyTakes && !batch.IsChanged && !_work.Beats.HasExtended)
        {
            _transaction.GiveBack();
            return;
        }

        _transaction.EnsureBegun();
        // Owners that were looked up meanwhile are those of the database that this connection is to.
        _storage.History.Check(_connection.Current);
        using var commands = new NpgsqlBatch(_connection.Current);
        _rows.AddTo(commands);
        _work.AddTo(commands);
        _keys.AddTo(commands);
        _schedules.AddTo(commands);
        _work.Queues.AddLast(commands, batch.Work.Queues.Tally);
        if (_counters.TakeAdded() is { } added) _connection.Slot!.AddTo(commands, added.Owners, added.Columns);

        // What was due at once has been claimed, as far as it was not too much.
        var hint = _hints.Choose(batch.EarliestDueTick <= batch.Run ? _deadlines.NextDueTick : batch.EarliestDueTick);
        _announcer.Add(commands, batch, _transaction.AnnouncesAll, hint);
        _signals.Add(commands, batch.Work.News);
        // A commit that has nothing to write needs neither a disk nor a replica.
        if (batch.IsTrial) commands.Add(TransactionSql.Write);
        _results = _announcer.Results + _signals.Results + (batch.IsTrial ? 1 : 0);
        commands.Add(TransactionSql.Commit);
        var continues = (_next.Expects(_creates) || waiting > 0) && !_counters.IsNear(NextTransaction.MostAhead);
        if (continues) _next.AddTo(commands, waiting);
        Execute(commands, continues);
        _hints.Told(hint);
        _connection.Slot?.Commit();
        _announcer.Commit();
        _work.Beats.Commit();
        _connection.Transaction = null;
    }

    /// <inheritdoc/>
    public (IReadOnlySet<long> Tasks, IReadOnlySet<(string Owner, string Worker)> Beats) FindHeld(long[] tasks, IReadOnlyList<(string Owner, string Worker)> beats) => HeldRows.Find(_connection.Current, _counters, tasks, beats);

    /// <inheritdoc/>
    public void GiveUpNext()
    {
        if (!HasBegunNext) return;
        _next.Clear();
        try
        {
            _connection.Execute(TransactionSql.Rollback);
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            _connection.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        _announcer.Rollback();
        _connection.Dispose();
    }

    /// <inheritdoc/>
    public void Insert(TaskRow row)
    {
        _deadlines.Note(row);
        _rows.Insert(row);
    }

    /// <inheritdoc/>
    public void HoldNew(TaskRow row, WorkRow? work) => _rows.HoldNew(row, work);

    /// <inheritdoc/>
    public TaskRow? Find(long sequence) => _rows.Find(sequence);

    /// <inheritdoc/>
    public TaskRow? FindCommitted(long sequence) => PostgresRows.FindCommitted(_connection.Current, sequence);

    /// <inheritdoc/>
    public void Change(TaskRow row)
    {
        _deadlines.Note(row);
        _rows.Change(row);
    }

    /// <inheritdoc/>
    public void Claim(long run, long retentionNow, long wall, int zone, int limit, bool show, List<ClaimedTask> claimed) =>
        _claims.Claim(run, wall, zone, limit, show, claimed);

    /// <inheritdoc/>
    public FirstDue? FindFirstDue() => _deadlines.NextDueTick is { } tick ? FirstDue.At(tick) : null;

    /// <inheritdoc/>
    public long? OldestFinished() => _deadlines.OldestFinished + GraceMs;

    /// <inheritdoc/>
    public int Forget(long until, long limit)
    {
        var oldEnough = Math.Min(until, _clock.Now) - GraceMs;
        if (_deadlines.OldestFinished is null || _deadlines.OldestFinished > oldEnough) return 0;
        _transaction.EnsureBegun();
        return _deadlines.Forget(_connection, oldEnough, limit, until == long.MaxValue ? _options.MaxFinished : null);
    }

    /// <summary>Counts as this node's what programs have created in transactions of their own.</summary>
    public void TakeOver()
    {
        _transaction.EnsureBegun();
        _counters.TakeOver(_connection.Current);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void Clear()
    {
        _rows.Clear();
        _keys.Clear();
        _work.Clear();
    }

    private void Execute(NpgsqlBatch commands, bool continues)
    {
        try
        {
            _connection.IsUnconfirmed = false;
            using (var reader = commands.ExecuteReader())
            {
                var results = new ResultSets(reader);
                for (var i = 0; i < _results; i++) results.Next();
                if (continues) _next.Read(ref results);
            }

            if (_connection.IsUnconfirmed) throw new StorageUnavailableException("The commit waits for its replica no longer.");
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            // Cut off while it committed: whether it has, and so that it stays, only the database knows.
            var generation = _storage.GenerationOf(_connection.Current);
            _connection.Dispose();
            if (!_outcome.HasCommitted(this, _connection, generation, _rows.Proof)) throw;
        }
    }
}
