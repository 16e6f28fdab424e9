using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;

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

    /// <summary>Their work.</summary>
    public WorkRows Work { get; } = new();

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _held.Clear();
        _changed.Clear();
        _new.Clear();
        Work.Clear();
        Proof = null;
    }

    /// <summary>A task that the transaction holds.</summary>
    public void Hold(TaskRow row) => _held[row.Sequence] = row;

    /// <summary>A task with work that the transaction holds.</summary>
    public void Hold(in HeldWork held)
    {
        // As the transaction has it, if it has written it down already.
        _held[held.Task.Sequence] = held.Task;
        Work.Hold(held.Work);
    }

    /// <summary>Reads tasks with work that the transaction holds from now on, and adds them.</summary>
    public void ReadHeld(ref ResultSets results, List<HeldWork> held)
    {
        for (results.Next(); results.Reader.Read();)
        {
            var one = HeldWork.Read(results.Reader);
            Hold(one);
            held.Add(one);
        }
    }

    /// <summary>Reads tasks with work that nobody needs to hold.</summary>
    public static List<HeldWork> Read(NpgsqlConnection connection, long[] sequences)
    {
        using var find = new NpgsqlCommand(WorkSql.FindMany, connection) { Parameters = { PostgresCommands.Column(sequences, NpgsqlTypes.NpgsqlDbType.Bigint) } };
        using var reader = find.ExecuteReader();
        var found = new List<HeldWork>(sequences.Length);
        while (reader.Read()) found.Add(HeldWork.Read(reader));
        return found;
    }

    /// <summary>A task as everybody sees it.</summary>
    public static TaskRow? FindCommitted(NpgsqlConnection connection, long sequence)
    {
        using var find = new NpgsqlCommand(TaskSql.FindMany, connection) { Parameters = { PostgresCommands.Column([sequence], NpgsqlTypes.NpgsqlDbType.Bigint) } };
        using var reader = find.ExecuteReader();
        return reader.Read() ? TaskRow.Read(reader) : null;
    }

    /// <summary>Those of the tasks that have work, and are held without it.</summary>
    private List<long> WithoutTheirWork(IReadOnlyList<long> tasks)
    {
        var found = new List<long>();
        foreach (var sequence in tasks)
            if (Find(sequence) is { HasWork: true } && Work.Find(sequence) is null) found.Add(sequence);
        return found;
    }

    /// <summary>Holds the work of tasks that were asked for without it being known that they have some.</summary>
    public void HoldRest(NpgsqlConnection connection, IReadOnlyList<long> tasks)
    {
        if (WithoutTheirWork(tasks) is not { Count: > 0 } rest) return;
        using var hold = new NpgsqlCommand(WorkSql.Hold, connection) { Parameters = { PostgresCommands.Column([.. rest], NpgsqlTypes.NpgsqlDbType.Bigint) } };
        using var reader = hold.ExecuteReader();
        while (reader.Read()) Work.Hold(WorkRow.Read(reader, 0));
    }

    /// <summary>A task with work is done.</summary>
    public void Finish(TaskRow row)
    {
        _held[row.Sequence] = row;
        Work.Finish(row);
    }

    /// <summary>A task that the transaction creates.</summary>
    public void Insert(TaskRow row) => _new.Add(row);

    /// <summary>A task that the transaction has just created may be changed by it, too.</summary>
    public void HoldNew(WorkRow work) => HoldNew(_new[^1], work);

    /// <inheritdoc cref="HoldNew(WorkRow)"/>
    public void HoldNew(TaskRow row, WorkRow? work)
    {
        _held[row.Sequence] = row;
        if (work is not null) Work.Hold(work);
    }

    /// <summary>The task, if the transaction holds it.</summary>
    public TaskRow? Find(long sequence) => _held.GetValueOrDefault(sequence);

    /// <summary>True if the transaction has a task, which it holds, as it was read.</summary>
    public bool IsUnchanged(in HeldWork read) => ReferenceEquals(Find(read.Task.Sequence), read.Task) && ReferenceEquals(Work.Find(read.Work.Sequence), read.Work);

    /// <summary>Changes a task that the transaction holds.</summary>
    public void Change(TaskRow row)
    {
        _changed.Add(row.Sequence);
        _held[row.Sequence] = row;
    }

    /// <summary>
    /// One of the tasks that have been written down, as it is after the transaction: where it is, the transaction has been committed. Null if it changes
    /// none by itself.
    /// </summary>
    public TaskRow? Proof { get; private set; }

    /// <summary>Writes down, with what else the batch does, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        Proof ??= ChooseProof();
        if (_new.Count > 0) AddNew(batch);
        if (_changed.Count > 0) AddChanged(batch);
        Work.AddTo(batch);
        _new.Clear();
        _changed.Clear();
    }

    private TaskRow? ChooseProof()
    {
        if (_new.Count > 0) return _new[0];
        foreach (var sequence in _changed) return _held[sequence];
        return Work.FirstFinished;
    }

    private void AddNew(NpgsqlBatch batch)
    {
        var insert = new NpgsqlBatchCommand(TaskSql.Insert);
        var columns = new ColumnArrays(ColumnUse.Insert, insert.Parameters, _new.Count);
        foreach (var row in _new)
        {
            row.Visit(ref columns);
            columns.NextRow();
        }

        batch.BatchCommands.Add(insert);
    }

    private void AddChanged(NpgsqlBatch batch)
    {
        var change = new NpgsqlBatchCommand(TaskSql.Change);
        var columns = new ColumnArrays(ColumnUse.Key | ColumnUse.Change, change.Parameters, _changed.Count);
        foreach (var sequence in _changed)
        {
            _held[sequence].Visit(ref columns);
            columns.NextRow();
        }

        batch.BatchCommands.Add(change);
    }
}
