using System.Data.Common;
using System.Text;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's connection and its statements. For the writer alone.</summary>
internal sealed partial class SqliteSession : IWriteSession
{
    private readonly SqliteStorage _storage;
    private readonly Counters _counters;
    private readonly IdempotencyTable _keyTable;
    private readonly Checkpointer _checkpointer;
    private readonly ILogger _logger;
    private readonly DbConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly SqliteRowStatement _insert;
    private readonly SqliteRowStatement _change;
    private readonly Statement _find;
    private readonly Statement _claim;
    private readonly Statement _claimAndShow;
    private readonly Statement _firstDue;
    private readonly Statement _oldestFinished;
    private readonly Statement _forget;
    private readonly Statement _saveOwner;
    private readonly Statement _saveCounters;
    private readonly SqliteIdempotencyStatements _keys;
    private readonly SqliteWorkStatements _work;
    private readonly SqliteScheduleStatements _schedules;
    private readonly SqliteQueueStatements _queues;
    private readonly SqliteAftermathStatements _aftermath;
    private readonly SqliteCallbackStatements _callbacks;

    /// <param name="storage">The file.</param>
    /// <param name="counters">Kept in it.</param>
    /// <param name="keys">Kept in it.</param>
    /// <param name="checkpointer">Told how much is written.</param>
    /// <param name="logger">Receives what happens to the file.</param>
    public SqliteSession(SqliteStorage storage, Counters counters, IdempotencyTable keys, Checkpointer checkpointer, ILogger logger)
    {
        (_storage, _counters, _keyTable, _checkpointer, _logger) = (storage, counters, keys, checkpointer, logger);
        _connection = storage.OpenWriter();
        _begin = new(_connection, SqliteDialect.Begin);
        _commit = new(_connection, SqliteDialect.Commit);
        _rollback = new(_connection, SqliteDialect.Rollback);
        _insert = new(_connection, SqliteDialect.Insert, ColumnUse.Insert);
        _change = new(_connection, SqliteDialect.Change, ColumnUse.Key | ColumnUse.Change);
        _find = new(_connection, SqliteDialect.Find, "@sequence");
        _claim = new(_connection, SqliteDialect.Claim, "@run", "@kept", "@wall", "@zone", "@limit");
        _claimAndShow = new(_connection, SqliteDialect.ClaimAndShow, "@run", "@kept", "@wall", "@zone", "@limit");
        _firstDue = new(_connection, SqliteDialect.FirstDue);
        _oldestFinished = new(_connection, SqliteDialect.OldestFinished);
        _forget = new(_connection, SqliteDialect.Forget, "@until", "@limit");
        _saveOwner = new(_connection, SqliteDialect.SaveOwner, "@id", "@name", "@created", "@completed", "@cancelled", "@failed", "@running", "@retried", "@lost");
        _saveCounters = new(_connection, SqliteDialect.SaveCounters, "@sequence", "@time", "@forgotten", "@lag", "@kept", "@failed");
        _keys = new SqliteIdempotencyStatements(_connection);
        _work = new SqliteWorkStatements(_connection, counters, storage.Turns);
        _schedules = new SqliteScheduleStatements(_connection);
        _queues = new SqliteQueueStatements(_connection, counters);
        _aftermath = new SqliteAftermathStatements(_connection, this);
        _callbacks = new SqliteCallbackStatements(_connection, Find);
    }

    /// <inheritdoc/>
    public IClusterSession? Cluster => null;

    /// <inheritdoc/>
    public IIdempotencyStatements Keys => _keys;

    /// <inheritdoc/>
    public IWorkStatements Work => _work;

    /// <inheritdoc/>
    public IScheduleStatements Schedules => _schedules;

    /// <inheritdoc/>
    public IQueueStatements Queues => _queues;

    /// <inheritdoc/>
    public IAftermathStatements Aftermath => _aftermath;

    /// <inheritdoc/>
    public ICallbackStatements Callbacks => _callbacks;

    /// <inheritdoc/>
    public void Load(RunClock clock)
    {
        Rebase();
        _counters.Load(this);
        clock.GoOn(_counters.RetentionOffset, _counters.LastRetentionNow);
        // Whoever ran tasks in an earlier process is gone.
        using (var expire = new Statement(_connection, SqliteWorkDialect.ExpireHandlers, "@kept")) expire.Set(0, clock.RetentionNow).Execute();
        _keyTable.Load(this);
    }

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<WriteOperation> operations)
    {
        _schedules.Begin();
        _begin.Execute();
    }

    /// <inheritdoc/>
    public void Commit(WriteBatch batch, int waiting)
    {
        if (_counters.Note(batch.Wall, batch.RetentionNow) || batch.IsChanged) _counters.Save(this);
        _queues.SaveCounts(batch.Work.Queues.Tally);
        _storage.Commit(_commit);
    }

    /// <inheritdoc/>
    public void Rollback() => _rollback.Execute();

    /// <inheritdoc/>
    public void TidyUp()
    {
        _checkpointer.Note(SqliteStorage.TakePagesWritten(_connection));
        if (!_checkpointer.TakeRest()) return;
        try
        {
            SqliteStorage.Checkpoint(_connection);
            _checkpointer.NoteRest();
        }
        catch (Exception exception) when (_storage.IsFault(exception))
        {
            // The log goes on growing until one succeeds.
            Log.NotCheckpointed(_logger, exception);
        }
    }

    /// <inheritdoc/>
    public void Insert(TaskRow row) => _insert.Execute(row);

    /// <inheritdoc/>
    public TaskRow? Find(long sequence)
    {
        using var reader = _find.Set(0, sequence).Read();
        return reader.Read() ? TaskRow.Read(reader) : null;
    }

    /// <inheritdoc/>
    public TaskRow? FindCommitted(long sequence) => Find(sequence);

    /// <inheritdoc/>
    public void Change(TaskRow row) => _change.Execute(row);

    /// <inheritdoc/>
    public void Claim(long run, long retentionNow, long wall, int zone, int limit, bool show, List<ClaimedTask> claimed)
    {
        var statement = (show ? _claimAndShow : _claim).Set(0, run).Set(1, retentionNow).Set(2, wall).Set(3, (long)zone).Set(4, (long)limit);
        using (var reader = statement.Read())
        {
            while (reader.Read()) claimed.Add(ClaimedTask.Read(reader, show));
        }

        claimed.Sort(ClaimedTask.Compare);
    }

    /// <inheritdoc/>
    public FirstDue? FindFirstDue() => FirstDue.Find(_firstDue);

    /// <inheritdoc/>
    public long? OldestFinished() => _oldestFinished.Scalar();

    /// <inheritdoc/>
    public int Forget(long until, long limit) => _forget.Set(0, until).Set(1, limit).Execute();

    public (long LastSequence, long LastIdTime, long Forgotten, long Lag, long Kept, long ForgottenFailed) LoadCounters()
    {
        using var load = new Statement(_connection, SqliteDialect.LoadCounters);
        using var reader = load.Read();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5));
    }

    public List<OwnerCounts> LoadOwners()
    {
        var owners = new List<OwnerCounts>();
        using var load = new Statement(_connection, SqliteDialect.LoadOwners);
        using var reader = load.Read();
        while (reader.Read())
        {
            var name = Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(1));
            owners.Add(new OwnerCounts(reader.GetInt32(0), name, reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5))
            {
                Running = reader.GetInt64(6),
                Retried = reader.GetInt64(7),
                Lost = reader.GetInt64(8),
            });
        }

        return owners;
    }

    /// <summary>How many tasks wait for their turn, or run: the work of a start, as long as there are few of them.</summary>
    public IEnumerable<(int Owner, string Queue, string Type, long Count)> LoadCounts(string text)
    {
        using var load = new Statement(_connection, text);
        using var reader = load.Read();
        while (reader.Read()) yield return (reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3));
    }

    public void SaveOwner(OwnerCounts owner) => _saveOwner
        .Set(0, (long)owner.Id).Set(1, TaskRow.ToBytes(owner.Name)).Set(2, owner.CreatedAfter)
        .Set(3, owner.FinishedAfter(TaskState.Completed)).Set(4, owner.FinishedAfter(TaskState.Cancelled)).Set(5, owner.FinishedAfter(TaskState.Failed))
        .Set(6, owner.RunningAfter).Set(7, owner.RetriedAfter).Set(8, owner.LostAfter)
        .Execute();

    public void SaveCounters(long lastSequence, long lastIdTime, long forgotten, long lag, long kept, long forgottenFailed) =>
        _saveCounters.Set(0, lastSequence).Set(1, lastIdTime).Set(2, forgotten).Set(3, lag).Set(4, kept).Set(5, forgottenFailed).Execute();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[
            _begin, _commit, _rollback, _find, _claim, _claimAndShow, _firstDue, _oldestFinished, _forget, _saveOwner, _saveCounters])
            statement.Dispose();
        _insert.Dispose();
        _change.Dispose();
        _keys.Dispose();
        _work.Dispose();
        _schedules.Dispose();
        _queues.Dispose();
        _aftermath.Dispose();
        _callbacks.Dispose();
        _connection.Dispose();
    }

    // Puts right what an earlier run noted by its own clock.
    private void Rebase()
    {
        List<string> texts = [SqliteDialect.Rebase, SqliteWorkDialect.Rebase];
        using (var runs = new Statement(_connection, SqliteWorkDialect.Runs))
            if (runs.Scalar() is not null) texts.Add(SqliteWorkDialect.RebaseRunning);
        foreach (var text in texts)
        {
            using var rebase = new Statement(_connection, text);
            rebase.Execute();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1203, LogLevel.Warning, "The database's log could not be moved into its file; it goes on growing meanwhile")]
        public static partial void NotCheckpointed(ILogger logger, Exception exception);
    }
}
