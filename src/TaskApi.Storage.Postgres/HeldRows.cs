using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>Finds out which rows other sessions hold, without waiting for them.</summary>
internal static class HeldRows
{
    /// <inheritdoc cref="GroupCommit.IClusterSession.FindHeld"/>
    public static (IReadOnlySet<long> Tasks, IReadOnlySet<(string Owner, string Worker)> Beats) Find(
        NpgsqlConnection connection, ClusterCounters counters, long[] tasks, IReadOnlyList<(string Owner, string Worker)> beats)
    {
        (int Owner, string Worker, string Name)[] known = [.. beats.Select(beat => (counters.Ensure(beat.Owner).Id, beat.Worker, beat.Owner))];
        using var batch = new NpgsqlBatch(connection);
        // What it holds itself is let go of at once; nothing is written.
        batch.Add(TransactionSql.Begin);
        batch.Add(HeldSql.Tasks, Column(tasks, NpgsqlDbType.Bigint));
        batch.Add(HeldSql.Work, Column(tasks, NpgsqlDbType.Bigint));
        batch.Add(HeldSql.Beats, Column(known, NpgsqlDbType.Integer, static beat => beat.Owner), Column(known, NpgsqlDbType.Bytea, static beat => TaskRow.ToBytes(beat.Worker)));
        batch.Add(TransactionSql.Rollback);
        using var reader = batch.ExecuteReader();
        var (heldTasks, heldBeats) = (new HashSet<long>(), new HashSet<(string, string)>());
        var results = new ResultSets(reader);
        for (var i = 0; i < 2; i++)
            for (results.Next(); reader.Read();) heldTasks.Add(reader.GetInt64(0));
        for (results.Next(); reader.Read();) heldBeats.Add((known[(int)reader.GetInt64(0) - 1].Name, known[(int)reader.GetInt64(0) - 1].Worker));
        return (heldTasks, heldBeats);
    }
}
