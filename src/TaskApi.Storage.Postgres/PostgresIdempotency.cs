using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The calls with a key that a transaction concerns. Their keys are taken at its beginning: of two nodes that get the same call at
/// once one creates, and the other waits for its commit and finds what it has created.
/// </summary>
internal sealed class PostgresIdempotency(ClusterCounters counters, SessionConnection connection, SessionTransaction transaction, RunClock clock) : IIdempotencyStatements
{
    private readonly IndexFloor _oldest = new(clock);
    private readonly Dictionary<Digest, IdempotencyRow?> _held = [];
    private readonly HashSet<Digest> _new = [];
    private readonly HashSet<Digest> _changed = [];

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _held.Clear();
        _new.Clear();
        _changed.Clear();
    }

    /// <summary>Takes the keys of calls that may be new, and holds them all.</summary>
    public static void AddTake(NpgsqlBatch batch, IReadOnlyList<Digest> keys, IReadOnlyList<Digest> creating)
    {
        if (creating.Count > 0) batch.Add(IdempotencySql.TakeKeys, Column(creating, NpgsqlDbType.Bytea, static key => key.ToBytes()));
        batch.Add(IdempotencySql.HoldKeys, Column(keys, NpgsqlDbType.Bytea, static key => key.ToBytes()));
    }

    /// <summary>Reads which keys are new.</summary>
    public void ReadNew(NpgsqlDataReader reader)
    {
        while (reader.Read()) _new.Add(Digest.Read(reader.GetFieldValue<byte[]>(0)));
    }

    /// <summary>Reads what is held.</summary>
    public void ReadHeld(NpgsqlDataReader reader)
    {
        while (reader.Read())
        {
            var key = Digest.Read(reader.GetFieldValue<byte[]>(5));
            _held[key] = _new.Contains(key) ? null : IdempotencyRow.Read(reader);
        }
    }

    /// <summary>True if it holds these. One that was there when it was to be taken may have been forgotten before it was held: it would not be kept.</summary>
    public bool HoldsAll(IReadOnlyList<Digest> keys)
    {
        foreach (var key in keys)
            if (!_held.ContainsKey(key)) return false;
        return true;
    }

    /// <summary>Writes down, with what else the batch does, what has become of them.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        var rows = new List<(Digest Key, IdempotencyRow Row)>();
        var gone = new List<Digest>();
        foreach (var (key, row) in _held)
        {
            if (row is null) gone.Add(key);
            else if (_changed.Contains(key)) rows.Add((key, row));
        }

        if (gone.Count > 0) batch.Add(IdempotencySql.DropKeys, Column(gone, NpgsqlDbType.Bytea, static key => key.ToBytes()));
        if (rows.Count > 0)
        {
            batch.Add(
                IdempotencySql.WriteKeys,
                Column(rows, NpgsqlDbType.Bytea, static held => held.Key.ToBytes()),
                Column(rows, NpgsqlDbType.Bytea, static held => held.Row.Record.Body.ToBytes()),
                Column(rows, NpgsqlDbType.Bigint, static held => held.Row.Since),
                Column(rows, NpgsqlDbType.Bigint, static held => held.Row.Record.Waits ? 1L : 0L),
                Column(rows, NpgsqlDbType.Bytea, static held => held.Row.Tasks),
                Column(rows, NpgsqlDbType.Bytea, static held => held.Row.Record.Answer));
        }
    }

    /// <inheritdoc/>
    public IdempotencyRow? Find(Digest call) => _held.GetValueOrDefault(call);

    /// <inheritdoc/>
    public void Insert(IdempotencyKey key, long since, bool waits, byte[] tasks) =>
        Change(key.Call, new IdempotencyRow(new IdempotencyRecord(key.Body, waits, Answer: null), since, tasks));

    /// <inheritdoc/>
    public bool KeepAnswer(Digest call, byte[] answer, long since)
    {
        if (Find(call) is not { Record.Answer: null } row) return false;
        Change(call, row with { Record = row.Record with { Answer = answer }, Since = since });
        return true;
    }

    /// <inheritdoc/>
    public void Delete(Digest call) => _held[call] = null;

    /// <inheritdoc/>
    public int Forget(long until, long limit)
    {
        // In the transaction that counts them, though it may do nothing else.
        transaction.EnsureBegun();
        return connection.Execute(IdempotencySql.ForgetKeys, Number(until), Number(limit), Number(_oldest.Next()));
    }

    /// <inheritdoc/>
    public long? Oldest()
    {
        var oldest = connection.Ask(IdempotencySql.OldestKey, Number(_oldest.Next()));
        _oldest.Found(oldest);
        return oldest;
    }

    /// <inheritdoc/>
    public long LoadCount() => transaction.Sum();

    /// <inheritdoc/>
    public void SaveCount(long count, long added) => counters.CountKeys(added);

    private void Change(Digest key, IdempotencyRow row)
    {
        _oldest.Add(row.Since);
        _held[key] = row;
        _changed.Add(key);
    }
}
