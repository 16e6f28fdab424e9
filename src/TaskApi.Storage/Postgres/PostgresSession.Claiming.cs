using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

// How a session brings what is due to its final state.
internal sealed partial class PostgresSession
{
    // As a power of two, in milliseconds.
    private const int LongestPause = 3;

    private int _missed;

    /// <inheritdoc/>
    public void Claim(long run, long retentionNow, long wall, int zone, int limit, bool show, List<ClaimedTask> claimed)
    {
        using var batch = new NpgsqlBatch(Connection);
        AddStart(batch, creates: 0);
        _proof ??= _rows.Proof;
        _rows.AddTo(batch);
        var floor = Number(_dueFloor.Next());
        batch.Add(TaskSql.Claim(show, _storage.DatabaseClock is not null), Number(run), Number(wall), SmallNumber(zone), Number(limit), floor);
        batch.Add(TaskSql.NextDueTick, floor.Clone());
        using var reader = batch.ExecuteReader();
        var results = new ResultSets(reader);
        ReadStart(ref results);
        results.Next();
        while (reader.Read()) claimed.Add(ClaimedTask.Read(reader, show));
        results.Next();
        _dueFloor.Found(_nextDueTick = reader.Read() ? reader.GetInt64(0) : null);
        if (claimed.Count > 0) _oldestFinished ??= run;
        claimed.Sort(ClaimedTask.Compare);
        if (claimed.Count < limit && _nextDueTick <= run) Pause(run, claimed.Count);
        else _missed = 0;
    }

    // What is due is just being claimed by another node, or the database's clock is a moment behind.
    private void Pause(long run, int claimed)
    {
        // A test's clock stands still meanwhile, and its next step waits for this one.
        if (_storage.DatabaseClock is null) return;
        if (claimed > 0) _missed = 0;
        _nextDueTick = run + (1L << Math.Min(_missed++, LongestPause));
    }
}
