using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The tasks that a transaction concerns. Those that it changes are held from its beginning, changed here, and written down together:
/// a set costs little more than one.
/// </summary>
internal sealed class PostgresRows
{
    private readonly Dictionary<long, TaskRow> _held = [];
    private readonly HashSet<long> _changed = [];
    private readonly List<TaskRow> _new = [];

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _held.Clear();
        _changed.Clear();
        _new.Clear();
    }

    /// <summary>A task that the transaction holds.</summary>
    public void Hold(TaskRow row) => _held[row.Sequence] = row;

    /// <summary>A task that the transaction creates.</summary>
    public void Insert(TaskRow row) => _new.Add(row);

    /// <summary>The task, if the transaction holds it.</summary>
    public TaskRow? Find(long sequence) => _held.GetValueOrDefault(sequence);

    /// <summary>Changes a task that the transaction holds.</summary>
    public TaskRow Change(TaskRow row)
    {
        _changed.Add(row.Sequence);
        return _held[row.Sequence] = row;
    }

    /// <summary>One of the tasks, as it is after the transaction: where it is, the transaction has been committed. Null if it changes none by itself.</summary>
    public TaskRow? Proof
    {
        get
        {
            if (_new.Count > 0) return _new[0];
            foreach (var sequence in _changed) return _held[sequence];
            return null;
        }
    }

    /// <summary>Writes down, with what else the batch does, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_new.Count > 0) AddNew(batch);
        if (_changed.Count > 0) AddChanged(batch);
        _new.Clear();
        _changed.Clear();
    }

    private void AddNew(NpgsqlBatch batch) => batch.Add(
        TaskSql.Insert,
        Column(_new, NpgsqlDbType.Bigint, static row => row.Sequence),
        Column(_new, NpgsqlDbType.Bigint, static row => (long)row.Nonce),
        Column(_new, NpgsqlDbType.Bigint, static row => row.Created),
        Column(_new, NpgsqlDbType.Bigint, static row => row.Skew),
        Column(_new, NpgsqlDbType.Bigint, static row => row.Due),
        Column(_new, NpgsqlDbType.Bigint, static row => row.DueOffset),
        Column(_new, NpgsqlDbType.Double, static row => row.Delay),
        Column(_new, NpgsqlDbType.Bigint, static row => row.Timeout),
        Column(_new, NpgsqlDbType.Integer, static row => row.Owner),
        Column(_new, NpgsqlDbType.Bytea, static row => TaskRow.ToBytes(row.Name)),
        Column(_new, NpgsqlDbType.Text, static row => row.Group),
        Column(_new, NpgsqlDbType.Bytea, static row => TaskRow.ToBytes(row.Message)));

    private void AddChanged(NpgsqlBatch batch)
    {
        var rows = new List<TaskRow>(_changed.Count);
        foreach (var sequence in _changed) rows.Add(_held[sequence]);
        batch.Add(
            TaskSql.Change,
            Column(rows, NpgsqlDbType.Bigint, static row => row.Sequence),
            Column(rows, NpgsqlDbType.Bigint, static row => row.Due),
            Column(rows, NpgsqlDbType.Bigint, static row => row.DueOffset),
            Column(rows, NpgsqlDbType.Double, static row => row.Delay),
            Column(rows, NpgsqlDbType.Integer, static row => (int)row.State),
            Column(rows, NpgsqlDbType.Integer, static row => row.Version),
            Column(rows, NpgsqlDbType.Bigint, static row => row.Finished),
            Column(rows, NpgsqlDbType.Bigint, static row => row.FinishedOffset),
            Column(rows, NpgsqlDbType.Text, static row => row.Reason),
            Column(rows, NpgsqlDbType.Bytea, static row => TaskRow.ToBytes(row.Detail)),
            Column(rows, NpgsqlDbType.Bytea, static row => TaskRow.ToBytes(row.Message)));
    }
}
