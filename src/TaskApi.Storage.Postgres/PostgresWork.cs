using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The writer's statements about work. What a transaction holds and takes is asked for at its beginning, and what becomes of it is written down with its last
/// commands; only what time does, and what is known late to be needed, takes a round trip of its own. For the writer alone.
/// </summary>
internal sealed class PostgresWork : IWorkStatements
{
    private readonly PostgresStorage _storage;
    private readonly SessionConnection _connection;
    private readonly SessionTransaction _transaction;
    private readonly PostgresRows _rows;
    private readonly PostgresBeats _beats;
    private readonly WorkTakes _takes;
    private readonly WorkDeadlines _deadlines;
    private readonly SessionDeadlines _ofTasks;

    public PostgresWork(
        PostgresStorage storage, ClusterCounters counters, SessionConnection connection, SessionTransaction transaction, PostgresRows rows, SessionDeadlines ofTasks, RunClock clock)
    {
        (_storage, _connection, _transaction, _rows, _ofTasks) = (storage, connection, transaction, rows, ofTasks);
        (_beats, _takes, _deadlines) = (new PostgresBeats(storage, connection, counters), new WorkTakes(storage, this, counters, rows, storage.Turns), new WorkDeadlines(storage, clock));
        (Queues, Uniques, Aftermath, Callbacks) = (new PostgresQueues(storage, connection, rows, this), new PostgresUniques(counters, rows), new PostgresAftermath(storage, connection, rows, this), new PostgresCallbacks(storage, connection, counters, this));
    }

    /// <summary>What is said about queues.</summary>
    public PostgresQueues Queues { get; }

    /// <summary>Tasks that are to be the only ones with a key.</summary>
    public PostgresUniques Uniques { get; }

    /// <summary>Tasks that wait for others.</summary>
    public PostgresAftermath Aftermath { get; }

    /// <summary>The signs of life that a transaction concerns.</summary>
    public PostgresBeats Beats => _beats;

    /// <summary>What is called when tasks are done.</summary>
    public PostgresCallbacks Callbacks { get; }

    /// <summary>Learns what has to be known before the first transaction.</summary>
    public void Load()
    {
        if (_storage.Own.Id == 0) _storage.Own.Begin();
        _deadlines.Load(_connection);
    }

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _beats.Clear();
        _takes.Clear();
        Queues.Clear();
        Uniques.Clear();
        Aftermath.Clear();
        Callbacks.Clear();
        _deadlines.TakeFound();
    }

    /// <summary>Asks, with what else a transaction asks for at its beginning, for what its operations need.</summary>
    public void AddBegin(NpgsqlBatch batch, SessionNeeds needs)
    {
        if (needs.Work.Count > 0) batch.Add(WorkSql.Hold, Column([.. needs.Work], NpgsqlDbType.Bigint));
        if (needs.Beats.Count > 0) _beats.AddHold(batch, needs.Beats);
        if (needs.BeginsHandlers) _beats.AddHoldOwn(batch);
        _takes.AddTo(batch, needs.Takes);
    }

    /// <summary>Reads what that has answered.</summary>
    public void ReadBegin(ref ResultSets results, SessionNeeds needs)
    {
        if (needs.Work.Count > 0)
            for (results.Next(); results.Reader.Read();) _rows.Work.Hold(WorkRow.Read(results.Reader, 0));
        if (needs.Beats.Count > 0) _beats.ReadHeld(ref results);
        if (needs.BeginsHandlers) _beats.ReadOwn(ref results);
        _takes.Read(ref results);
    }

    /// <summary>Writes down, with the transaction's last commands and after its rows, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        _beats.AddTo(batch);
        Aftermath.AddTo(batch);
        Callbacks.AddTo(batch);
    }

    /// <inheritdoc/>
    public void Insert(WorkRow row)
    {
        _deadlines.Note(row);
        _rows.Work.Insert(row);
        Uniques.Note(row);
    }

    /// <inheritdoc/>
    public HeldWork? Find(long sequence) => _rows.Find(sequence) is { } task && _rows.Work.Find(sequence) is { } work ? new HeldWork(task, work) : null;

    /// <inheritdoc/>
    public HeldWork? FindCommitted(long sequence) => PostgresRows.Read(_connection.Current, [sequence]) is [var found] ? found : null;

    /// <inheritdoc/>
    public IEnumerable<HeldWork> Look(IReadOnlyList<long> sequences) => PostgresRows.Read(_connection.Current, [.. sequences]).Select(read => Find(read.Task.Sequence) ?? read);

    /// <inheritdoc/>
    public IReadOnlyList<HeldWork> FindUnique(int owner, string key) => Uniques.Find(owner, key);

    /// <inheritdoc/>
    public void Change(WorkRow row)
    {
        _deadlines.Note(row);
        _rows.Work.Change(row);
    }

    /// <inheritdoc/>
    public void Finish(TaskRow row)
    {
        if (row.State == TaskState.Failed) _deadlines.OldestFailed ??= row.Finished + row.FinishedOffset;
        else _ofTasks.Note(row);
        _rows.Finish(row);
    }

    /// <inheritdoc/>
    public void Take(WorkTake take, int most, List<HeldWork> taken) => _takes.Take(take, most, taken);

    /// <inheritdoc/>
    public void Ring(long run, int limit, List<HeldWork> rung)
    {
        if (_deadlines.NextAlarm is not { } next || next > run) return;
        using var batch = Begin();
        batch.Add(WorkSql.Ring, Number(run), Number(limit), Number(_deadlines.Alarms.Next()));
        // What rings is given another alarm, or none; what others hold is theirs, and looked for in a second.
        batch.Add(WorkSql.NextAlarm, Number(run + 1));
        using var reader = batch.ExecuteReader();
        var results = Read(reader);
        _rows.ReadHeld(ref results, rung);
        results.Next();
        _deadlines.NextAlarm = reader.Read() ? reader.GetInt64(0) : null;
        _deadlines.Alarms.Found(run);
        if (rung.Count == limit) _deadlines.NextAlarm = run;
    }

    /// <inheritdoc/>
    public long? NextAlarm() => _deadlines.NextAlarm;

    /// <inheritdoc/>
    public long OwnBeat() => _beats.Own();

    /// <inheritdoc/>
    public BeatRow? FindBeat(int owner, string worker) => _beats.Find(owner, worker);

    /// <inheritdoc/>
    public long SaveBeat(BeatRow row)
    {
        _deadlines.NoteExpiry(row.Until);
        if (row.Id == 0) _transaction.EnsureBegun();
        return _beats.Save(row);
    }

    /// <inheritdoc/>
    public void SaveWorker(WorkerRow row) => _beats.Workers.Save(row);

    /// <inheritdoc/>
    public void DeleteBeat(long id) => _beats.Delete(id);

    /// <inheritdoc/>
    /// <remarks>A node that couldn't renew its own judges nobody: the database was away, or its clock has leapt.</remarks>
    public BeatRow? Expired(long kept)
    {
        if (_deadlines.NextExpiry is not { } next || next > kept) return null;
        if (_storage.Own.Until > kept) return _beats.FindExpired(this, _deadlines, kept);
        Extend(kept);
        return null;
    }

    /// <inheritdoc/>
    public long? NextExpiry() => _deadlines.NextExpiry;

    /// <inheritdoc/>
    public void HoldAttached(long beat, int limit, List<HeldWork> attached)
    {
        using var batch = Begin();
        batch.Add(WorkSql.HoldAttached, Number(beat), Number(limit));
        using var reader = batch.ExecuteReader();
        var results = Read(reader);
        _rows.ReadHeld(ref results, attached);
    }

    /// <inheritdoc/>
    public Dictionary<long, AttachedLease> Attached(long beat) => _beats.Attached(beat);

    /// <inheritdoc/>
    public void Hold(IReadOnlyList<long> sequences)
    {
        if (sequences.Where(sequence => _rows.Work.Find(sequence) is null).ToArray() is not { Length: > 0 } missing) return;
        using var batch = Begin();
        batch.Add(TaskSql.Hold, Column(missing, NpgsqlDbType.Bigint), Number(_storage.HiddenUntil), Number(_storage.FailedHiddenUntil));
        batch.Add(WorkSql.Hold, Column(missing, NpgsqlDbType.Bigint));
        using var reader = batch.ExecuteReader();
        var results = Read(reader);
        for (results.Next(); reader.Read();) _rows.Hold(TaskRow.Read(reader));
        for (results.Next(); reader.Read();) _rows.Work.Hold(WorkRow.Read(reader, 0));
    }

    /// <inheritdoc/>
    public bool IsLate => _storage.Own.IsLate;

    /// <inheritdoc/>
    public void Extend(long kept)
    {
        _beats.Extend(kept, isAlone: !_transaction.HasBegun);
        _deadlines.NoteExtended(_connection, kept);
    }

    /// <inheritdoc/>
    public int ForgetFailed(long until, long limit)
    {
        if (!_deadlines.HasFailed(until)) return 0;
        _transaction.EnsureBegun();
        return _deadlines.ForgetFailed(_connection, until, limit);
    }

    /// <inheritdoc/>
    public long? OldestFailed() => _deadlines.OldestFailed + PostgresSession.GraceMs;

    /// <summary>What has been changed so far has to be written down before more is looked for.</summary>
    public NpgsqlBatch Begin()
    {
        var batch = new NpgsqlBatch(_connection.Current);
        _transaction.AddStart(batch, creates: 0);
        _rows.AddTo(batch);
        AddTo(batch);
        Queues.AddTo(batch);
        return batch;
    }

    /// <summary>Reads what that has answered.</summary>
    public ResultSets Read(NpgsqlDataReader reader)
    {
        var results = new ResultSets(reader);
        _transaction.ReadStart(ref results);
        return results;
    }
}
