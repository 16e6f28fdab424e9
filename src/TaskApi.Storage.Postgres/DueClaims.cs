using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>How a session brings what is due to its final state. For the writer alone.</summary>
/// <param name="storage">The database.</param>
/// <param name="connection">The connection.</param>
/// <param name="transaction">The transaction.</param>
/// <param name="rows">What the transaction has done so far, which has to be written down before.</param>
/// <param name="deadlines">From where on to look.</param>
internal sealed class DueClaims(PostgresStorage storage, SessionConnection connection, SessionTransaction transaction, PostgresRows rows, SessionDeadlines deadlines)
{
    // As a power of two, in milliseconds.
    private const int LongestPause = 3;

    private int _missed;

    /// <inheritdoc cref="GroupCommit.IWriteSession.Claim"/>
    public void Claim(long run, long wall, int zone, int limit, bool show, List<ClaimedTask> claimed)
    {
        using var batch = new NpgsqlBatch(connection.Current);
        transaction.AddStart(batch, creates: 0);
        rows.AddTo(batch);
        var floor = Number(deadlines.Due.Next());
        batch.Add(TaskSql.Claim(show, storage.DatabaseClock is not null), Number(run), Number(wall), SmallNumber(zone), Number(limit), floor);
        batch.Add(TaskSql.FirstDue, floor.Clone());
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        transaction.ReadStart(ref results);
        results.Next();
        while (reader.Read()) claimed.Add(ClaimedTask.Read(reader, show));
        results.Next();
        deadlines.Due.Found(deadlines.NextDueTick = reader.Read() ? reader.GetInt64(0) : null);
        if (claimed.Count > 0) deadlines.OldestFinished ??= run;
        claimed.Sort(ClaimedTask.Compare);
        if (claimed.Count < limit && deadlines.NextDueTick <= run) Pause(run, claimed.Count);
        else _missed = 0;
    }

    // What is due is just being claimed by another node, or the database's clock is a moment behind.
    private void Pause(long run, int claimed)
    {
        // A test's clock stands still meanwhile, and its next step waits for this one.
        if (storage.DatabaseClock is null) return;
        if (claimed > 0) _missed = 0;
        deadlines.NextDueTick = run + (1L << Math.Min(_missed++, LongestPause));
    }
}
