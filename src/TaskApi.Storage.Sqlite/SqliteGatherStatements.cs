using System.Data.Common;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about gathers. For the writer alone.</summary>
/// <param name="connection">Open; outlives the statements.</param>
/// <param name="session">Finds tasks.</param>
internal sealed class SqliteGatherStatements(DbConnection connection, IWriteSession session) : IGatherStatements, IDisposable
{
    private readonly Statement _insert = new(
        connection, "INSERT INTO gathers (sequence, time, nonce, rules, waiting, bytes, failed_at, cancel_from, phase, due) VALUES (@sequence, @time, @nonce, @rules, @waiting, @bytes, @failed, @cancel, @phase, @due)",
        "@sequence", "@time", "@nonce", "@rules", "@waiting", "@bytes", "@failed", "@cancel", "@phase", "@due");

    private readonly Statement _insertMember = new(
        connection, "INSERT INTO members (gather, position, member, id, state, value) VALUES (@gather, @position, @member, @id, @state, @value)", "@gather", "@position", "@member", "@id", "@state", "@value");

    private readonly Statement _setOutcome = new(
        connection, "UPDATE members SET state = @state, value = @value WHERE gather = @gather AND position = @position", "@state", "@value", "@gather", "@position");

    private readonly Statement _change = new(
        connection, "UPDATE gathers SET waiting = @waiting, bytes = @bytes, failed_at = @failed, cancel_from = @cancel, phase = @phase, due = @due WHERE sequence = @sequence",
        "@waiting", "@bytes", "@failed", "@cancel", "@phase", "@due", "@sequence");

    private readonly Statement _delete = new(connection, "DELETE FROM gathers WHERE sequence = @sequence", "@sequence");
    private readonly Statement _findEnded = new(connection, "SELECT gather, position FROM members WHERE member = @member AND state IS NULL ORDER BY gather, position LIMIT @limit", "@member", "@limit");
    private readonly Statement _find = new(connection, $"SELECT {GatherRow.Columns} FROM gathers WHERE sequence = @sequence", "@sequence");
    private readonly Statement _takeDue = new(connection, $"SELECT {GatherRow.Columns} FROM gathers WHERE due = 1 ORDER BY sequence LIMIT @limit", "@limit");
    private readonly Statement _findOpen = new(
        connection, "SELECT position, member FROM members WHERE gather = @gather AND position >= @from AND state IS NULL ORDER BY position LIMIT @limit", "@gather", "@from", "@limit");

    private readonly Statement _read = new(connection, "SELECT position, id, state, value FROM members WHERE gather = @gather ORDER BY position", "@gather");
    private readonly Statement _forgetMembers = new(
        connection, "DELETE FROM members WHERE gather = @gather AND position IN (SELECT position FROM members WHERE gather = @gather ORDER BY position LIMIT @limit)", "@gather", "@limit");

    private readonly Statement _keep = new(
        connection, "INSERT INTO ended_members (sequence, time, nonce, state, follows) VALUES (@sequence, @time, @nonce, @state, @follows) ON CONFLICT DO NOTHING",
        "@sequence", "@time", "@nonce", "@state", "@follows");

    private readonly Statement _forget = new(connection, "DELETE FROM ended_members WHERE sequence = @sequence AND state = @state", "@sequence", "@state");
    private readonly Statement _take = new(connection, "SELECT sequence, time, nonce, state, follows FROM ended_members ORDER BY sequence, state LIMIT @limit", "@limit");

    private bool _mayHaveKept = true, _hasTaken;

    /// <inheritdoc/>
    public void Insert(GatherRow gather, IReadOnlyList<MemberRow> members)
    {
        var tally = gather.Tally;
        _mayHaveKept |= tally.IsDue;
        _insert.Set(0, gather.Sequence).Set(1, gather.Id.Time).Set(2, (long)gather.Id.Nonce).Set(3, (long)tally.Rules).Set(4, (long)tally.Left).Set(5, tally.Bytes).Set(6, (long?)tally.FailedAt)
            .Set(7, (long?)tally.CancelFrom).Set(8, (long)tally.Phase).Set(9, tally.IsDue ? 1L : 0L).Execute();
        foreach (var member in members)
        {
            var sequence = TaskId.TryParse(member.Id, out var id) ? id.Sequence : throw new InvalidOperationException("It was there when this was checked.");
            _insertMember.Set(0, member.Gather).Set(1, (long)member.Position).Set(2, sequence).Set(3, member.Id.ToByteArray(bigEndian: true)).Set(4, (long?)member.Outcome?.State).Set(5, member.Outcome?.Value).Execute();
        }
    }

    /// <inheritdoc/>
    public void SetOutcome(in MemberRow member) => _setOutcome.Set(0, (long)member.Outcome!.Value.State).Set(1, member.Outcome.Value.Value).Set(2, member.Gather).Set(3, (long)member.Position).Execute();

    /// <inheritdoc/>
    public void Change(GatherRow gather)
    {
        var tally = gather.Tally;
        _mayHaveKept |= tally.IsDue;
        _change.Set(0, (long)tally.Left).Set(1, tally.Bytes).Set(2, (long?)tally.FailedAt).Set(3, (long?)tally.CancelFrom).Set(4, (long)tally.Phase).Set(5, tally.IsDue ? 1L : 0L).Set(6, gather.Sequence).Execute();
    }

    /// <inheritdoc/>
    public void Delete(long gather) => _delete.Set(0, gather).Execute();

    /// <inheritdoc/>
    public EndedMembers FindEnded(IReadOnlyList<long> members, int limit)
    {
        var (places, gathers, tasks) = (new List<MemberPlace>(), new Dictionary<long, GatherRow>(), new Dictionary<long, FoundTask>());
        foreach (var member in members)
        {
            if (places.Count == limit) break;
            var before = places.Count;
            using (var reader = _findEnded.Set(0, member).Set(1, (long)(limit - before)).Read())
                while (reader.Read()) places.Add(new MemberPlace(member, reader.GetInt64(0), reader.GetInt32(1)));
            if (places.Count > before && FindOne(member) is { } task) tasks[member] = task;
        }

        foreach (var place in places)
            if (!gathers.ContainsKey(place.Gather) && FindGather(place.Gather) is { } gather) gathers.Add(place.Gather, gather);
        return new EndedMembers(places, gathers, tasks);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long Sequence, GatherRow? Gather)> Find(IReadOnlyList<long> gathers)
    {
        var found = new List<(long Sequence, GatherRow? Gather)>();
        foreach (var sequence in gathers)
            if (FindGather(sequence) is { } gather) found.Add((sequence, gather));
        return found;
    }

    /// <inheritdoc/>
    public IReadOnlyList<GatherRow> TakeDue(int limit)
    {
        var due = new List<GatherRow>();
        if (!_mayHaveKept) return due;
        using var reader = _takeDue.Set(0, (long)limit).Read();
        while (reader.Read()) due.Add(GatherRow.Read(reader, 0));
        _mayHaveKept = _hasTaken || due.Count > 0;
        return due;
    }

    /// <inheritdoc/>
    public HeldWork? FindTask(long gather, out bool isGone)
    {
        var found = session.Work!.Find(gather);
        isGone = found is null;
        return found;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(int Position, FoundTask? Task)> FindOpen(long gather, int from, int limit)
    {
        var (places, open) = (new List<(int Position, long Member)>(), new List<(int Position, FoundTask? Task)>());
        using (var reader = _findOpen.Set(0, gather).Set(1, (long)from).Set(2, (long)limit).Read())
            while (reader.Read()) places.Add((reader.GetInt32(0), reader.GetInt64(1)));
        foreach (var (position, member) in places)
            if (FindOne(member) is { } task) open.Add((position, task));
        return open;
    }

    /// <inheritdoc/>
    public IReadOnlyList<MemberRow> ReadMembers(long gather)
    {
        var members = new List<MemberRow>();
        using var reader = _read.Set(0, gather).Read();
        while (reader.Read())
        {
            MemberOutcome? outcome = reader.IsDBNull(2) ? null : new MemberOutcome((TaskState)reader.GetInt32(2), (byte[])reader.GetValue(3));
            members.Add(new MemberRow(gather, reader.GetInt32(0), new Guid((byte[])reader.GetValue(1), bigEndian: true), outcome));
        }

        return members;
    }

    /// <inheritdoc/>
    public int Forget(long gather, int limit) => _forgetMembers.Set(0, gather).Set(1, (long)limit).Execute();

    /// <inheritdoc/>
    public void Keep(in TaskEnd end)
    {
        _mayHaveKept = true;
        _keep.Set(0, end.Sequence).Set(1, end.Id.Time).Set(2, (long)end.Id.Nonce).Set(3, (long)end.State).Set(4, (long)end.Follows).Execute();
    }

    /// <inheritdoc/>
    public void Forget(in TaskEnd end) => _forget.Set(0, end.Sequence).Set(1, (long)end.State).Execute();

    /// <inheritdoc/>
    public IReadOnlyList<TaskEnd> TakeKept(int limit)
    {
        var kept = new List<TaskEnd>();
        if (!_mayHaveKept) return kept;
        using var reader = _take.Set(0, (long)limit).Read();
        while (reader.Read()) kept.Add(TaskEnd.Read(reader));
        _hasTaken = kept.Count > 0;
        return kept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_insert, _insertMember, _setOutcome, _change, _delete, _findEnded, _find, _takeDue, _findOpen, _read, _forgetMembers, _keep, _forget, _take]) statement.Dispose();
    }

    private GatherRow? FindGather(long sequence)
    {
        using var reader = _find.Set(0, sequence).Read();
        return reader.Read() ? GatherRow.Read(reader, 0) : null;
    }

    private FoundTask? FindOne(long sequence) => session.Find(sequence) is { } row ? new FoundTask(row, row.HasWork ? session.Work!.Find(sequence)?.Work : null) : null;
}
