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
internal sealed class PostgresCalls(ClusterCounters counters, PostgresSession session, RunClock clock) : ICallStatements
{
    private readonly IndexFloor _oldest = new(clock);
    private readonly Dictionary<Digest, CallRow?> _held = [];
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
        if (creating.Count > 0) batch.Add(IdempotencySql.TakeCalls, Column(creating, NpgsqlDbType.Bytea, static key => key.ToBytes()));
        batch.Add(IdempotencySql.HoldCalls, Column(keys, NpgsqlDbType.Bytea, static key => key.ToBytes()));
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
            _held[key] = _new.Contains(key) ? null : CallRow.Read(reader);
        }
    }

    /// <summary>Writes down, with what else the batch does, what has become of them.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        var rows = new List<(Digest Key, CallRow Row)>();
        var gone = new List<Digest>();
        foreach (var (key, row) in _held)
        {
            if (row is null) gone.Add(key);
            else if (_changed.Contains(key)) rows.Add((key, row));
        }

        if (gone.Count > 0) batch.Add(IdempotencySql.DropCalls, Column(gone, NpgsqlDbType.Bytea, static key => key.ToBytes()));
        if (rows.Count > 0)
        {
            batch.Add(
                IdempotencySql.WriteCalls,
                Column(rows, NpgsqlDbType.Bytea, static call => call.Key.ToBytes()),
                Column(rows, NpgsqlDbType.Bytea, static call => call.Row.Kept.Body.ToBytes()),
                Column(rows, NpgsqlDbType.Bigint, static call => call.Row.Since),
                Column(rows, NpgsqlDbType.Bigint, static call => call.Row.Kept.Waits ? 1L : 0L),
                Column(rows, NpgsqlDbType.Bytea, static call => call.Row.Tasks),
                Column(rows, NpgsqlDbType.Bytea, static call => call.Row.Kept.Answer));
        }
    }

    /// <inheritdoc/>
    public CallRow? Find(Digest key) => _held.GetValueOrDefault(key);

    /// <inheritdoc/>
    public void Insert(CallKey call, long since, bool waits, byte[] tasks) => Change(call.Key, new CallRow(new KeptCall(call.Body, waits, Answer: null), since, tasks));

    /// <inheritdoc/>
    public bool KeepAnswer(Digest key, byte[] answer, long since)
    {
        if (Find(key) is not { Kept.Answer: null } call) return false;
        Change(key, call with { Kept = call.Kept with { Answer = answer }, Since = since });
        return true;
    }

    /// <inheritdoc/>
    public void Delete(Digest key) => _held[key] = null;

    /// <inheritdoc/>
    public int Forget(long until, long limit)
    {
        // In the transaction that counts them, though it may do nothing else.
        session.EnsureBegun();
        return session.Execute(IdempotencySql.ForgetCalls, Number(until), Number(limit), Number(_oldest.Next()));
    }

    /// <inheritdoc/>
    public long? Oldest()
    {
        var oldest = session.Ask(IdempotencySql.OldestCall, Number(_oldest.Next()));
        _oldest.Found(oldest);
        return oldest;
    }

    /// <inheritdoc/>
    public long LoadCount() => session.Sum();

    /// <inheritdoc/>
    public void SaveCount(long count, long added) => counters.CountCalls(added);

    private void Change(Digest key, CallRow row)
    {
        _oldest.Add(row.Since);
        _held[key] = row;
        _changed.Add(key);
    }
}
