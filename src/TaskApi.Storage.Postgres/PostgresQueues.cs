using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The writer's statements about queues. A transaction that takes from bounded ones holds them from its beginning to its end, by locks of the database's, so
/// that of all nodes one at a time looks at their bounds; whatever dies, they are let go of. For the writer alone.
/// </summary>
internal sealed class PostgresQueues(PostgresStorage storage, SessionConnection connection, PostgresRows rows, PostgresWork work) : IQueueStatements
{
    private readonly PostgresLanes _lanes = new(rows, work);
    private readonly HashSet<(QueueName Queue, string? Type)> _held = [];
    private readonly Dictionary<QueueName, QueueRow?> _changed = [];
    private readonly List<(QueueName Queue, long Period, int Starts)> _starts = [];

    /// <inheritdoc/>
    public ILaneStatements Lanes => _lanes;

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _lanes.Clear();
        _held.Clear();
        _changed.Clear();
        _starts.Clear();
    }

    /// <summary>Holds, before anything else that the transaction holds, the bounded queues that it takes from.</summary>
    public static void AddLocks(NpgsqlBatch batch, IReadOnlyList<WorkTake> takes)
    {
        var wanted = new List<(QueueName Queue, string? Type, int? Most)>();
        foreach (var take in takes)
        {
            if (take.Types.Count == 0) wanted.AddRange(take.Bounded.Select(static queue => (queue, (string?)null, (int?)null)));
            foreach (var type in take.Types) wanted.AddRange(take.Bounded.Zip(take.Most, (queue, most) => (queue, (string?)type, most)));
        }

        batch.Add(
            QueueSql.Lock, Column(wanted, NpgsqlDbType.Integer, static one => one.Queue.Owner), Column(wanted, NpgsqlDbType.Text, static one => one.Queue.Name),
            Column(wanted, NpgsqlDbType.Text, static one => one.Type), Column(wanted, NpgsqlDbType.Integer, static one => one.Most));
    }

    /// <summary>Reads which it holds, and what may be taken from them.</summary>
    public void ReadLocks(ref ResultSets results)
    {
        for (results.Next(); results.Reader.Read();) _held.Add((new QueueName(results.Reader.GetInt32(0), results.Reader.GetString(1)), results.Reader.IsDBNull(2) ? null : results.Reader.GetString(2)));
    }

    /// <summary>Writes down, with what else the batch does, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        foreach (var (queue, period, starts) in _starts)
        {
            batch.Add(QueueSql.ForgetStarts, SmallNumber(queue.Owner), Text(queue.Name), Number(period), Now());
            batch.Add(QueueSql.NoteStarts, SmallNumber(queue.Owner), Text(queue.Name), Number(starts), Now());
        }

        _starts.Clear();
        _lanes.AddTo(batch);
        if (_changed.Count == 0) return;
        QueueRow[] saved = [.. _changed.Values.OfType<QueueRow>()];
        QueueName[] gone = [.. _changed.Where(static change => change.Value is null).Select(static change => change.Key)];
        if (saved.Length > 0)
        {
            batch.Add(
                QueueSql.Save, Column(saved, NpgsqlDbType.Integer, static row => row.Queue.Owner), Column(saved, NpgsqlDbType.Text, static row => row.Queue.Name),
                Column(saved, NpgsqlDbType.Bigint, static row => (long?)row.Settings.MaxRunning), Column(saved, NpgsqlDbType.Bigint, static row => (long?)row.Settings.MaxRunningPerKey),
                Column(saved, NpgsqlDbType.Bigint, static row => (long?)row.Settings.Rate?.Count), Column(saved, NpgsqlDbType.Double, static row => row.Settings.Rate?.Seconds),
                Column(saved, NpgsqlDbType.Bigint, static row => row.Paused), Column(saved, NpgsqlDbType.Bigint, static row => row.PausedUntil),
                Column(saved, NpgsqlDbType.Bigint, static row => row.Leaving), Column(saved, NpgsqlDbType.Bigint, static row => row.Keyed),
                Column(saved, NpgsqlDbType.Bigint, static row => row.Held), Column(saved, NpgsqlDbType.Bigint, static row => row.HeldUntil));
        }

        if (gone.Length > 0) batch.Add(QueueSql.Delete, Column(gone, NpgsqlDbType.Integer, static queue => queue.Owner), Column(gone, NpgsqlDbType.Text, static queue => queue.Name));
        batch.Add(QueueSql.NoteChange);
        storage.Floors.Reset();
        _changed.Clear();
    }

    /// <summary>Writes down, with a transaction's last commands, what has not been written down yet, and by how much it changes what queues have.</summary>
    public void AddLast(NpgsqlBatch batch, QueueTally tally)
    {
        AddTo(batch);
        (QueueName Queue, Engine.Ports.QueueCounts By)[] changes = [.. tally.Changes.Where(static change => !change.Value.IsZero).Select(static change => (change.Key, change.Value))];
        if (changes.Length == 0) return;
        batch.Add(
            QueueSql.Count, SmallNumber(connection.Slot!.Number),
            Column(changes, NpgsqlDbType.Integer, static change => change.Queue.Owner), Column(changes, NpgsqlDbType.Text, static change => change.Queue.Name),
            Column(changes, NpgsqlDbType.Bigint, static change => change.By.Pending), Column(changes, NpgsqlDbType.Bigint, static change => change.By.Ready),
            Column(changes, NpgsqlDbType.Bigint, static change => change.By.Running));
    }

    /// <inheritdoc/>
    public List<QueueRow> Load()
    {
        var loaded = new List<QueueRow>();
        using var load = new NpgsqlCommand(QueueSql.Load, connection.Current);
        using var reader = load.ExecuteReader();
        while (reader.Read()) loaded.Add(QueueRow.Read(reader));
        return loaded;
    }

    /// <inheritdoc/>
    public void Save(QueueRow row) => _changed[row.Queue] = row;

    /// <inheritdoc/>
    public void Delete(QueueName queue) => _changed[queue] = null;

    /// <inheritdoc/>
    public bool IsHeld(QueueName queue, string? type) => _held.Contains((queue, type));

    /// <inheritdoc/>
    public QueueLook Look(QueueName queue, QueueSettings settings, QueueTally tally, long kept)
    {
        var look = default(QueueLook);
        using var batch = work.Begin();
        if (settings.MaxRunning is { } most) batch.Add(QueueSql.Running, SmallNumber(queue.Owner), Text(queue.Name), Number(most));
        if (settings.Rate is { } rate) batch.Add(QueueSql.Starts, SmallNumber(queue.Owner), Text(queue.Name), Number((long)rate.Period.TotalMilliseconds), Now());
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        if (settings.MaxRunning is not null && results.Next() && reader.Read()) look = look with { Running = reader.GetInt64(0) };
        if (settings.Rate is not null && results.Next() && reader.Read()) look = look with { Starts = reader.GetInt64(0), FirstStart = reader.IsDBNull(1) ? null : reader.GetInt64(1) };
        return look;
    }

    /// <inheritdoc/>
    public void NoteStarts(QueueName queue, QueueRate rate, int starts, long kept) => _starts.Add((queue, (long)rate.Period.TotalMilliseconds, starts));

    /// <inheritdoc/>
    public int Convert(QueueName queue)
    {
        using var batch = work.Begin();
        batch.Add(WorkSql.Convert, SmallNumber(queue.Owner), Text(queue.Name), Number(IQueueStatements.MostConverted));
        using var reader = batch.ExecuteReader();
        work.Read(reader).Next();
        reader.Read();
        return (int)reader.GetInt64(0);
    }

    /// <inheritdoc/>
    public int Take(QueueName queue, string? type, int most, List<HeldWork> taken)
    {
        using var batch = work.Begin();
        batch.Add(WorkSql.Convert, SmallNumber(queue.Owner), Text(queue.Name), Number(Math.Max(IQueueStatements.MostConverted, most)));
        if (type is null) batch.Add(WorkSql.TakeOfBounded, SmallNumber(queue.Owner), Text(queue.Name), Number(most));
        else batch.Add(WorkSql.TakeOfBoundedType, SmallNumber(queue.Owner), Text(queue.Name), Number(most), Text(type));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        results.Next();
        reader.Read();
        var converted = (int)reader.GetInt64(0);
        rows.ReadHeld(ref results, taken);
        return converted;
    }

    /// <inheritdoc/>
    public bool HasMore(QueueName queue, string? type) =>
        (type is null ? connection.Ask(QueueSql.HasMore, SmallNumber(queue.Owner), Text(queue.Name)) : connection.Ask(QueueSql.HasMoreOfType, SmallNumber(queue.Owner), Text(queue.Name), Text(type))) > 0;

    /// <inheritdoc/>
    public bool HasWaiting(QueueName queue) => connection.Ask(QueueSql.HasWaiting, SmallNumber(queue.Owner), Text(queue.Name)) > 0;

    /// <inheritdoc/>
    public List<QueueName> FindLeft(long kept) => work.FindAll(QueueSql.FindLeft, static reader => new QueueName(reader.GetInt32(0), reader.GetString(1)), Number(kept));

    /// <inheritdoc/>
    public long? CountSet() => connection.Ask(QueueSql.CountSet);

    /// <inheritdoc/>
    public bool? IsSet(QueueName queue) => connection.Ask(QueueSql.IsSet, SmallNumber(queue.Owner), Text(queue.Name)) > 0;

    // Null: the database says it.
    private NpgsqlParameter<long?> Now() => new NpgsqlParameter<long?> { TypedValue = storage.DatabaseClock is null ? storage.Clock.Now : null, NpgsqlDbType = NpgsqlDbType.Bigint };
}
