using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Memory;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The workers of which a transaction says that they have called, for all nodes to see. Those that are silent are forgotten with that. For the writer alone.</summary>
/// <param name="storage">Knows what time it is.</param>
internal sealed class CallingWorkers(PostgresStorage storage)
{
    // In milliseconds.
    private const long ForgottenEvery = 10_000;

    private readonly Dictionary<(int Owner, string Worker), WorkerRow> _calling = [];
    private long _forgotten;

    /// <summary>Starts anew.</summary>
    public void Clear() => _calling.Clear();

    /// <summary>One has called.</summary>
    public void Save(WorkerRow row)
    {
        if (row.Queues is null && _calling.TryGetValue((row.Owner, row.Worker), out var before)) row = row with { Queues = before.Queues };
        _calling[(row.Owner, row.Worker)] = row;
    }

    /// <summary>Writes down, with what else the batch does, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_calling.Count == 0) return;
        WorkerRow[] rows = [.. _calling.Values.OrderBy(static row => row.Owner).ThenBy(static row => row.Worker, StringComparer.Ordinal)];
        batch.Add(
            WorkerSql.Save,
            Column(rows, NpgsqlDbType.Integer, static row => row.Owner), Column(rows, NpgsqlDbType.Bytea, static row => TaskRow.ToBytes(row.Worker)!),
            Column(rows, NpgsqlDbType.Text, static row => row.Queues), Column(rows, NpgsqlDbType.Bigint, static row => row.Seen));
        _calling.Clear();
        var now = storage.Clock.Now;
        if (now - _forgotten < ForgottenEvery) return;
        _forgotten = now;
        batch.Add(WorkerSql.Forget, Number(now - WorkerTable.ListedFor));
    }
}
