using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The writer's statements about what is called when tasks are done. For the writer alone.</summary>
/// <param name="storage">The database.</param>
/// <param name="connection">The connection.</param>
/// <param name="counters">Gets the numbers of the tasks that call: how many these are isn't known when the transaction begins.</param>
/// <param name="work">Has what has been changed so far written down.</param>
internal sealed class PostgresCallbacks(PostgresStorage storage, SessionConnection connection, ClusterCounters counters, PostgresWork work) : ICallbackStatements
{
    private readonly List<(long Sequence, CallbackSpec Callback)> _new = [];

    /// <summary>Starts anew.</summary>
    public void Clear() => _new.Clear();

    /// <summary>Writes down, after the transaction's rows, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_new.Count == 0) return;
        batch.Add(
            CallbackSql.Insert, Column(_new, NpgsqlDbType.Bigint, static callback => callback.Sequence), Column(_new, NpgsqlDbType.Integer, static callback => callback.Callback.Ends),
            Column(_new, NpgsqlDbType.Bytea, static callback => callback.Callback.Target));
        _new.Clear();
    }

    /// <inheritdoc/>
    public void Insert(long sequence, CallbackSpec callback) => _new.Add((sequence, callback));

    /// <inheritdoc/>
    public CallbackSpec? Find(long sequence)
    {
        foreach (var (created, callback) in _new)
            if (created == sequence) return callback;
        using var find = new NpgsqlCommand(CallbackSql.Find, connection.Current) { Parameters = { Number(sequence) } };
        using var reader = find.ExecuteReader();
        return reader.Read() ? Read(reader, 0) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<EndedTask> Take(IReadOnlyList<long> ended, IReadOnlyList<long> unread)
    {
        using var batch = work.Begin();
        batch.Add(CallbackSql.Take, Column([.. ended], NpgsqlDbType.Bigint));
        batch.Add(TransactionSql.Reserve, Number(ended.Count));
        if (unread.Count > 0) batch.Add(TaskSql.FindMany, Column([.. unread], NpgsqlDbType.Bigint));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        var taken = new List<EndedTask>(ended.Count);
        for (results.Next(); reader.Read();) taken.Add(new EndedTask(reader.GetInt64(0), Read(reader, 1), Row: null, Work: null));
        for (results.Next(); reader.Read();) counters.Reserve(reader.GetInt64(0));
        if (unread.Count == 0) return taken;
        var rows = new Dictionary<long, TaskRow>();
        for (results.Next(); reader.Read();)
        {
            var row = TaskRow.Read(reader);
            rows.Add(row.Sequence, row);
        }

        return taken.ConvertAll(one => one with { Row = rows.GetValueOrDefault(one.Sequence) });
    }

    /// <inheritdoc/>
    public IReadOnlyList<EndedTask> TakeOwed(int limit)
    {
        if (!storage.MayOweCallbacks) return [];
        storage.MayOweCallbacks = false;
        using var batch = work.Begin();
        batch.Add(CallbackSql.TakeOwed, Number(limit));
        batch.Add(TransactionSql.Reserve, Number(limit));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        var taken = new List<EndedTask>();
        var first = TaskRow.ColumnCount + WorkRow.Names(ColumnUse.Read).Count;
        for (results.Next(); reader.Read();)
        {
            // The first column of what only work has, its number.
            var own = reader.IsDBNull(TaskRow.ColumnCount) ? null : WorkRow.Read(reader, TaskRow.ColumnCount);
            taken.Add(new EndedTask(reader.GetInt64(first), Read(reader, first + 1), TaskRow.Read(reader), own));
        }

        for (results.Next(); reader.Read();) counters.Reserve(reader.GetInt64(0));
        storage.MayOweCallbacks = taken.Count == limit;
        return taken;
    }

    private static CallbackSpec Read(NpgsqlDataReader reader, int first) => new(reader.GetFieldValue<byte[]>(first + 1), reader.GetInt32(first));
}
