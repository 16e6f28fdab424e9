using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The writer's statements about gathers. What changes is written down with the transaction's last commands, or before more is looked for. For the writer alone.</summary>
/// <param name="storage">The database.</param>
/// <param name="rows">What the transaction holds.</param>
/// <param name="work">Has what has been changed so far written down.</param>
internal sealed class PostgresGathers(PostgresStorage storage, PostgresRows rows, PostgresWork work) : IGatherStatements
{
    private readonly GatherChanges _changes = new();
    private bool _hasTaken;

    /// <inheritdoc/>
    public bool NotesEnds => true;

    /// <summary>Starts anew.</summary>
    public void Clear() => _changes.Clear();

    /// <summary>Writes down, after the transaction's rows, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch) => _changes.AddTo(batch);

    /// <inheritdoc/>
    public void Insert(GatherRow gather, IReadOnlyList<MemberRow> members)
    {
        _changes.New.Add(gather);
        _changes.Members.AddRange(members);
    }

    /// <inheritdoc/>
    public void SetOutcome(in MemberRow member) => _changes.Outcomes.Add(member);

    /// <inheritdoc/>
    public void Change(GatherRow gather)
    {
        storage.MayHaveGathers |= gather.Tally.IsDue;
        _changes.Changed[gather.Sequence] = gather;
    }

    /// <inheritdoc/>
    public void Delete(long gather)
    {
        _changes.Changed.Remove(gather);
        _changes.Deleted.Add(gather);
    }

    /// <inheritdoc/>
    public EndedMembers FindEnded(IReadOnlyList<long> members, int limit)
    {
        var (places, gathers, tasks) = (new List<MemberPlace>(), new Dictionary<long, GatherRow>(), new Dictionary<long, FoundTask>());
        using var batch = work.Begin();
        batch.Add(GatherSql.FindEnded, Numbers(members), Number(limit));
        batch.Add(GatherSql.Tasks, Numbers(members));
        batch.Add(GatherSql.Work, Numbers(members));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        for (results.Next(); reader.Read();)
        {
            var place = new MemberPlace(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2));
            places.Add(place);
            if (!reader.IsDBNull(3)) gathers[place.Gather] = GatherRow.Read(reader, 3);
        }

        for (results.Next(); reader.Read();)
        {
            var row = TaskRow.Read(reader);
            tasks[row.Sequence] = new FoundTask(row, Work: null);
        }

        for (results.Next(); reader.Read();)
        {
            var row = WorkRow.Read(reader, 0);
            if (tasks.TryGetValue(row.Sequence, out var task)) tasks[row.Sequence] = task with { Work = row };
        }

        return new EndedMembers(places, gathers, tasks);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long Sequence, GatherRow? Gather)> Find(IReadOnlyList<long> gathers) =>
        work.FindAll(GatherSql.Find, static reader => (reader.GetInt64(0), reader.IsDBNull(1) ? null : GatherRow.Read(reader, 1)), Numbers(gathers));

    /// <inheritdoc/>
    public IReadOnlyList<GatherRow> TakeDue(int limit)
    {
        if (!storage.MayHaveGathers) return [];
        var due = work.FindAll(GatherSql.TakeDue, static reader => GatherRow.Read(reader, 0), Number(limit));
        storage.MayHaveGathers = _hasTaken || due.Count > 0;
        return due;
    }

    /// <inheritdoc/>
    public HeldWork? FindTask(long gather, out bool isGone)
    {
        isGone = false;
        if (work.Find(gather) is { } held) return held;
        using var batch = work.Begin();
        batch.Add(GatherSql.FindTask, Number(gather));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        results.Next();
        if (!reader.Read())
        {
            isGone = true;
            return null;
        }

        if (reader.IsDBNull(TaskRow.ColumnCount)) return null;
        var found = HeldWork.Read(reader);
        rows.Hold(found);
        return found;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(int Position, FoundTask? Task)> FindOpen(long gather, int from, int limit)
    {
        var last = TaskRow.ColumnCount + WorkRow.Names(ColumnUse.Read).Count;
        return work.FindAll(GatherSql.FindOpen, reader => (reader.GetInt32(last), Hold(reader)), Number(gather), Number(from), Number(limit));
    }

    /// <inheritdoc/>
    public IReadOnlyList<MemberRow> ReadMembers(long gather) => work.FindAll(
        GatherSql.Members,
        reader => new MemberRow(gather, reader.GetInt32(0), reader.GetGuid(1), reader.IsDBNull(2) ? null : new MemberOutcome((TaskState)reader.GetInt32(2), reader.GetFieldValue<byte[]>(3))),
        Number(gather));

    /// <inheritdoc/>
    public int Forget(long gather, int limit)
    {
        using var batch = work.Begin();
        batch.Add(GatherSql.Forget, Number(gather), Number(limit));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        results.Next();
        return reader.Read() ? (int)reader.GetInt64(0) : 0;
    }

    /// <inheritdoc/>
    /// <remarks>The database notes by itself what is done; but not of one that became a member in this very transaction.</remarks>
    public void Keep(in TaskEnd end)
    {
        storage.MayHaveGathers = true;
        _changes.Kept.Add(end);
    }

    /// <inheritdoc/>
    public void Forget(in TaskEnd end) => _changes.Seen.Add(end);

    /// <inheritdoc/>
    public IReadOnlyList<TaskEnd> TakeKept(int limit)
    {
        if (!storage.MayHaveGathers) return [];
        var kept = work.FindAll(GatherSql.Take, static reader => TaskEnd.Read(reader), Number(limit));
        _hasTaken = kept.Count > 0;
        return kept;
    }

    private static NpgsqlParameter Numbers(IReadOnlyList<long> numbers) => Column([.. numbers], NpgsqlDbType.Bigint);

    // Null for one that another transaction holds.
    private FoundTask? Hold(NpgsqlDataReader reader)
    {
        if (reader.IsDBNull(0)) return null;
        var row = TaskRow.Read(reader);
        if (!row.HasWork)
        {
            rows.Hold(row);
            return new FoundTask(row, Work: null);
        }

        if (reader.IsDBNull(TaskRow.ColumnCount)) return null;
        var held = HeldWork.Read(reader);
        rows.Hold(held);
        return new FoundTask(held.Task, held.Work);
    }
}
