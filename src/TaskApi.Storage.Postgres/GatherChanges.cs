using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Model;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>What a transaction changes of gathers, and has not written down yet.</summary>
internal sealed class GatherChanges
{
    /// <summary>Gathers that it creates.</summary>
    public List<GatherRow> New { get; } = [];

    /// <summary>Their members.</summary>
    public List<MemberRow> Members { get; } = [];

    /// <summary>Members that are done.</summary>
    public List<MemberRow> Outcomes { get; } = [];

    /// <summary>Gathers that have come further, by their numbers.</summary>
    public Dictionary<long, GatherRow> Changed { get; } = [];

    /// <summary>The numbers of gathers that are over.</summary>
    public List<long> Deleted { get; } = [];

    /// <summary>What is left to do.</summary>
    public List<TaskEnd> Kept { get; } = [];

    /// <summary>What has been done.</summary>
    public List<TaskEnd> Seen { get; } = [];

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        New.Clear();
        Members.Clear();
        Outcomes.Clear();
        Changed.Clear();
        Deleted.Clear();
        Kept.Clear();
        Seen.Clear();
    }

    /// <summary>Writes down, after the transaction's rows, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        Add(batch, GatherSql.Insert, New);
        if (Members.Count > 0)
        {
            batch.Add(
                GatherSql.InsertMembers, Column(Members, NpgsqlDbType.Bigint, static member => member.Gather), Column(Members, NpgsqlDbType.Integer, static member => member.Position),
                Column(Members, NpgsqlDbType.Bigint, static member => TaskId.TryParse(member.Id, out var id) ? id.Sequence : 0), Column(Members, NpgsqlDbType.Uuid, static member => member.Id),
                Column(Members, NpgsqlDbType.Integer, static member => (int?)member.Outcome?.State), Column(Members, NpgsqlDbType.Bytea, static member => member.Outcome?.Value));
        }

        if (Outcomes.Count > 0)
        {
            batch.Add(
                GatherSql.SetOutcomes, Column(Outcomes, NpgsqlDbType.Bigint, static member => member.Gather), Column(Outcomes, NpgsqlDbType.Integer, static member => member.Position),
                Column(Outcomes, NpgsqlDbType.Integer, static member => (int)member.Outcome!.Value.State), Column(Outcomes, NpgsqlDbType.Bytea, static member => member.Outcome!.Value.Value));
        }

        Add(batch, GatherSql.Change, [.. Changed.Values]);
        if (Deleted.Count > 0) batch.Add(GatherSql.Delete, Column([.. Deleted], NpgsqlDbType.Bigint));
        PostgresAftermath.Keep(batch, GatherSql.Keep, Kept);
        if (Seen.Count > 0) batch.Add(GatherSql.ForgetEnds, Column(Seen, NpgsqlDbType.Bigint, static end => end.Sequence), Column(Seen, NpgsqlDbType.Integer, static end => (int)end.State));
        Clear();
    }

    private static void Add(NpgsqlBatch batch, string text, List<GatherRow> gathers)
    {
        if (gathers.Count == 0) return;
        batch.Add(
            text, Column(gathers, NpgsqlDbType.Bigint, static row => row.Sequence), Column(gathers, NpgsqlDbType.Bigint, static row => row.Id.Time), Column(gathers, NpgsqlDbType.Bigint, static row => (long)row.Id.Nonce),
            Column(gathers, NpgsqlDbType.Integer, static row => (int)row.Tally.Rules), Column(gathers, NpgsqlDbType.Integer, static row => row.Tally.Left), Column(gathers, NpgsqlDbType.Bigint, static row => row.Tally.Bytes),
            Column(gathers, NpgsqlDbType.Integer, static row => row.Tally.FailedAt), Column(gathers, NpgsqlDbType.Integer, static row => row.Tally.CancelFrom), Column(gathers, NpgsqlDbType.Integer, static row => (int)row.Tally.Phase),
            Column(gathers, NpgsqlDbType.Integer, static row => row.Tally.IsDue ? 1 : 0));
    }
}
