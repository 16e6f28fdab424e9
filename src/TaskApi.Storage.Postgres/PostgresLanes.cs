using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The writer's statements about lanes. What changes them goes with whatever is said next. For the writer alone.</summary>
internal sealed class PostgresLanes(PostgresRows rows, PostgresWork work) : ILaneStatements
{
    private readonly List<Action<NpgsqlBatch>> _unsaid = [];

    /// <summary>Starts anew.</summary>
    public void Clear() => _unsaid.Clear();

    /// <summary>Writes down, with what else the batch does, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        foreach (var add in _unsaid) add(batch);
        _unsaid.Clear();
    }

    /// <inheritdoc/>
    public void Unblock(QueueName queue, int? perKey) => _unsaid.Add(batch => batch.Add(LaneSql.Unblock, SmallNumber(queue.Owner), Text(queue.Name), Number(perKey ?? 0)));

    /// <inheritdoc/>
    public void UnblockKeys(QueueName queue, int? perKey, string[] keys) =>
        _unsaid.Add(batch => batch.Add(LaneSql.UnblockKeys, SmallNumber(queue.Owner), Text(queue.Name), Number(perKey ?? 0), Column(keys, NpgsqlDbType.Text)));

    /// <inheritdoc/>
    public UnblockedKeys UnblockFrom(QueueName queue, int? perKey, string after, int keys)
    {
        using var batch = work.Begin();
        batch.Add(LaneSql.UnblockFrom, SmallNumber(queue.Owner), Text(queue.Name), Number(perKey ?? 0), Text(after), Number(keys));
        using var reader = Read(batch);
        return new UnblockedKeys((int)reader.GetInt64(0), reader.IsDBNull(1) ? "" : reader.GetString(1), (int)reader.GetInt64(2));
    }

    /// <inheritdoc/>
    public ListedTasks List(QueueName queue, int most)
    {
        using var batch = work.Begin();
        batch.Add(LaneSql.List, SmallNumber(queue.Owner), Text(queue.Name), Number(most));
        batch.Add(LaneSql.HasUnlisted, SmallNumber(queue.Owner), Text(queue.Name));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        results.Next();
        reader.Read();
        var listed = new ListedTasks((int)reader.GetInt64(0), (int)reader.GetInt64(1), (int)reader.GetInt64(2));
        results.Next();
        reader.Read();
        return listed with { IsMore = reader.GetInt64(0) > 0 };
    }

    /// <inheritdoc/>
    public ListedKeys ListByKey(QueueName queue, string from, int keys, int each)
    {
        using var batch = work.Begin();
        batch.Add(LaneSql.ListByKey, SmallNumber(queue.Owner), Text(queue.Name), Text(from), Number(keys), Number(each));
        using var reader = Read(batch);
        var count = (int)reader.GetInt64(0);
        return new ListedKeys(count, count == 0 ? "" : reader.GetString(1));
    }

    /// <inheritdoc/>
    public List<FoundLane> Find(QueueName queue, LaneSearch search)
    {
        using var batch = work.Begin();
        NpgsqlParameter[] parameters = [SmallNumber(queue.Owner), Text(queue.Name), Number(search.Lanes), Number(search.PerKey ?? 0), Number(search.Each("some")), Number(search.Each(""))];
        if (search.Type is null) batch.Add(LaneSql.Find, parameters);
        else batch.Add(LaneSql.FindOfType, [.. parameters, Text(search.Type)]);
        using var reader = batch.ExecuteReader();
        work.Read(reader).Next();
        var found = new List<FoundLane>();
        while (reader.Read())
        {
            var lane = new LaneRow(reader.GetString(0), reader.GetString(1), ReadPlace(reader, 2));
            if (found.Count == 0 || found[^1].Row != lane) found.Add(new FoundLane(lane, (int)reader.GetInt64(5), []));
            if (!reader.IsDBNull(6)) found[^1].Tasks.Add(ReadPlace(reader, 6));
        }

        return found;
    }

    /// <inheritdoc/>
    public void Hold(IReadOnlyList<TaskPlace> tasks, List<HeldWork> held)
    {
        using var batch = work.Begin();
        batch.Add(LaneSql.Hold, Column(tasks, NpgsqlDbType.Bigint, static task => task.Sequence));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        rows.ReadHeld(ref results, held);
    }

    /// <inheritdoc/>
    public void Change(QueueName queue, LaneChanges changes) => _unsaid.Add(batch =>
    {
        if (changes.Moved.Count > 0)
        {
            batch.Add(
                LaneSql.Move, SmallNumber(queue.Owner), Text(queue.Name), Column(changes.Moved, NpgsqlDbType.Text, static lane => lane.Key), Column(changes.Moved, NpgsqlDbType.Text, static lane => lane.Type),
                Column(changes.Moved, NpgsqlDbType.Integer, static lane => lane.Place.Priority), Column(changes.Moved, NpgsqlDbType.Bigint, static lane => lane.Place.Due),
                Column(changes.Moved, NpgsqlDbType.Bigint, static lane => lane.Place.Sequence));
        }

        if (changes.Gone.Count > 0)
        {
            batch.Add(
                LaneSql.Remove, SmallNumber(queue.Owner), Text(queue.Name), Column(changes.Gone, NpgsqlDbType.Text, static lane => lane.Key),
                Column(changes.Gone, NpgsqlDbType.Text, static lane => lane.Type));
        }

        if (changes.Blocked.Count > 0) batch.Add(LaneSql.Block, SmallNumber(queue.Owner), Text(queue.Name), Column<string>([.. changes.Blocked], NpgsqlDbType.Text));
    });

    private static TaskPlace ReadPlace(NpgsqlDataReader reader, int first) => new(reader.GetInt32(first), reader.GetInt64(first + 1), reader.GetInt64(first + 2));

    // The first row of what has been added last.
    private NpgsqlDataReader Read(NpgsqlBatch batch)
    {
        var reader = batch.ExecuteReader();
        work.Read(reader).Next();
        reader.Read();
        return reader;
    }
}
