using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The work of the tasks that a transaction concerns: held, changed here, and written down together, as <see cref="PostgresRows"/> does for tasks.</summary>
internal sealed class WorkRows
{
    private readonly Dictionary<long, WorkRow> _held = [];
    private readonly HashSet<long> _changed = [];
    private readonly List<WorkRow> _new = [];
    private readonly List<TaskRow> _finished = [];

    /// <summary>One of the tasks that it finishes, as it is after that; null if there is none that has not been written down yet.</summary>
    public TaskRow? FirstFinished => _finished.Count > 0 ? _finished[0] : null;

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _held.Clear();
        _changed.Clear();
        _new.Clear();
        _finished.Clear();
    }

    /// <summary>The transaction holds it.</summary>
    public void Hold(WorkRow row) => _held[row.Sequence] = row;

    /// <summary>The transaction creates it.</summary>
    public void Insert(WorkRow row) => _new.Add(row);

    /// <summary>The work of a task, if the transaction holds it.</summary>
    public WorkRow? Find(long sequence) => _held.GetValueOrDefault(sequence);

    /// <summary>Changes what the transaction holds.</summary>
    public void Change(WorkRow row)
    {
        _changed.Add(row.Sequence);
        _held[row.Sequence] = row;
    }

    /// <summary>A task is done.</summary>
    public void Finish(TaskRow row) => _finished.Add(row);

    /// <summary>Writes down, with what else the batch does, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_new.Count > 0) Add(batch, WorkSql.Insert, ColumnUse.Insert, _new);
        if (_changed.Count > 0) Add(batch, WorkSql.Change, ColumnUse.Key | ColumnUse.Change, [.. _changed.Select(sequence => _held[sequence])]);
        if (_finished.Count > 0)
        {
            batch.Add(
                WorkSql.Finish,
                Column(_finished, NpgsqlDbType.Bigint, static row => row.Sequence), Column(_finished, NpgsqlDbType.Integer, static row => row.StateBits),
                Column(_finished, NpgsqlDbType.Bigint, static row => row.Finished), Column(_finished, NpgsqlDbType.Bigint, static row => row.FinishedOffset));
        }

        _new.Clear();
        _changed.Clear();
        _finished.Clear();
    }

    private static void Add(NpgsqlBatch batch, string text, ColumnUse use, List<WorkRow> rows)
    {
        var command = new NpgsqlBatchCommand(text);
        var columns = new ColumnArrays(use, command.Parameters, rows.Count);
        foreach (var row in rows)
        {
            row.Visit(ref columns);
            columns.NextRow();
        }

        batch.BatchCommands.Add(command);
    }
}
