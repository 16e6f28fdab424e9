using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The schedules that a transaction concerns. They are held from its beginning, changed here, and written down together. Nodes look at the same
/// instant for what is due, so for one that only moves them on, those that another node holds are as if they weren't there.
/// </summary>
internal sealed class PostgresSchedules(SessionConnection connection, SessionTransaction transaction) : IScheduleStatements
{
    private readonly Dictionary<(string Owner, string Name), ScheduleRow> _held = [];
    private readonly Dictionary<(string Owner, string Name), Fate> _changed = [];
    private long? _count;
    private long _added;

    private enum Fate
    {
        Moved,
        Saved,
        Deleted,
    }

    /// <inheritdoc/>
    public bool IsChanged => _changed.Count > 0;

    /// <inheritdoc/>
    public long Count => (_count ?? throw new InvalidOperationException("The transaction changes no schedule.")) + _added;

    /// <summary>Starts anew, and holds what the transaction concerns.</summary>
    public void Hold(IReadOnlyList<ScheduleScope> concerned)
    {
        _held.Clear();
        _changed.Clear();
        (_count, _added) = (null, 0);
        if (concerned.Count == 0) return;
        var keys = concerned.ToLookup(static scope => scope.Moves, static scope => (scope.Owner, scope.Name));
        using var batch = new NpgsqlBatch(connection.Current);
        transaction.AddStart(batch, creates: 0);
        if (keys.Contains(false))
        {
            batch.Add(ScheduleSql.Lock);
            batch.Add(ScheduleSql.Count);
            Add(batch, ScheduleSql.Hold, [.. keys[false].Distinct()]);
        }

        if (keys.Contains(true)) Add(batch, ScheduleSql.HoldFree, [.. keys[true].Distinct()]);
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        transaction.ReadStart(ref results);
        if (keys.Contains(false))
        {
            results.Next();
            results.Next();
            reader.Read();
            _count = reader.GetInt64(0);
            ReadHeld(ref results);
        }

        if (keys.Contains(true)) ReadHeld(ref results);
    }

    /// <summary>Writes down, with what else the batch does, what has become of them.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_changed.Count == 0) return;
        var saved = With(Fate.Saved);
        if (saved.Count > 0)
        {
            var command = Plan(ScheduleSql.Save, saved);
            command.Parameters.Add(Column(saved, NpgsqlDbType.Bigint, static row => row.Anchor));
            command.Parameters.Add(Column(saved, NpgsqlDbType.Bigint, static row => row.Created));
            command.Parameters.Add(Column(saved, NpgsqlDbType.Bigint, static row => row.Updated));
            command.Parameters.Add(Column(saved, NpgsqlDbType.Bytea, static row => row.Definition));
            batch.BatchCommands.Add(command);
        }

        var moved = With(Fate.Moved);
        if (moved.Count > 0) batch.BatchCommands.Add(Plan(ScheduleSql.Move, moved));
        (string Owner, string Name)[] gone = [.. _changed.Where(static change => change.Value == Fate.Deleted).Select(static change => change.Key)];
        if (gone.Length > 0) Add(batch, ScheduleSql.Delete, gone);
        if (_added != 0) batch.Add(ScheduleSql.AddCount, Number(_added));
    }

    /// <inheritdoc/>
    public ScheduleRow? Find(string owner, string name) => _held.GetValueOrDefault((owner, name));

    /// <inheritdoc/>
    public void Save(ScheduleRow row, bool isNew)
    {
        Change(row, Fate.Saved);
        if (isNew) _added++;
    }

    /// <inheritdoc/>
    public void Move(ScheduleRow row) => Change(row, _changed.GetValueOrDefault((row.Owner, row.Name)) == Fate.Saved ? Fate.Saved : Fate.Moved);

    /// <inheritdoc/>
    public void Delete(ScheduleRow row)
    {
        _changed[(row.Owner, row.Name)] = Fate.Deleted;
        _held.Remove((row.Owner, row.Name));
        _added--;
    }

    private static void Add(NpgsqlBatch batch, string text, (string Owner, string Name)[] keys) => batch.Add(
        text, Column(keys, NpgsqlDbType.Bytea, static key => ScheduleRow.ToBytes(key.Owner)), Column(keys, NpgsqlDbType.Text, static key => key.Name));

    private static NpgsqlBatchCommand Plan(string text, List<ScheduleRow> rows) => new(text)
    {
        Parameters =
        {
            Column(rows, NpgsqlDbType.Bytea, static row => ScheduleRow.ToBytes(row.Owner)),
            Column(rows, NpgsqlDbType.Text, static row => row.Name),
            Column(rows, NpgsqlDbType.Bigint, static row => row.Cursor),
            Column(rows, NpgsqlDbType.Bigint, static row => row.Next),
            Column(rows, NpgsqlDbType.Bigint, static row => row.Waiting),
            Column(rows, NpgsqlDbType.Bigint, static row => row.LastAt),
            Column(rows, NpgsqlDbType.Bytea, static row => row.LastTask),
            Column(rows, NpgsqlDbType.Bigint, static row => row.Revision),
        },
    };

    private List<ScheduleRow> With(Fate fate) => [.. _changed.Where(change => change.Value == fate).Select(change => _held[change.Key])];

    private void ReadHeld(ref ResultSets results)
    {
        for (results.Next(); results.Reader.Read();)
        {
            var row = ScheduleRow.Read(results.Reader);
            _held[(row.Owner, row.Name)] = row;
        }
    }

    private void Change(ScheduleRow row, Fate fate)
    {
        _changed[(row.Owner, row.Name)] = fate;
        _held[(row.Owner, row.Name)] = row;
    }
}
