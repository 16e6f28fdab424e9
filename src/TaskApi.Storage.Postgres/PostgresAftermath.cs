using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>The writer's statements about tasks that wait for others. What changes is written down with the transaction's last commands, or before more is looked for. For the writer alone.</summary>
/// <param name="storage">The database.</param>
/// <param name="connection">The connection.</param>
/// <param name="rows">What the transaction holds.</param>
/// <param name="work">Has what has been changed so far written down.</param>
internal sealed class PostgresAftermath(PostgresStorage storage, SessionConnection connection, PostgresRows rows, PostgresWork work) : IAftermathStatements
{
    private const long PauseMs = 20;

    private readonly List<(long Dependency, long Dependant)> _waits = [];
    private readonly List<(long Dependency, long Dependant)> _released = [];
    private readonly List<TaskEnd> _kept = [];
    private readonly PostgresGathers _gathers = new(storage, rows, work);
    private readonly List<long> _forgotten = [];

    /// <inheritdoc/>
    /// <remarks>A test's clock stands still meanwhile, and its next step waits for this one.</remarks>
    public long Pause => storage.DatabaseClock is null ? 0 : PauseMs;

    /// <inheritdoc/>
    public IGatherStatements Gathers => _gathers;

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _gathers.Clear();
        _waits.Clear();
        _released.Clear();
        _kept.Clear();
        _forgotten.Clear();
    }

    /// <summary>Writes down, after the transaction's rows, what has not been written down yet.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_waits.Count > 0) batch.Add(AftermathSql.Wait, Column(_waits, NpgsqlDbType.Bigint, static edge => edge.Dependency), Column(_waits, NpgsqlDbType.Bigint, static edge => edge.Dependant));
        if (_released.Count > 0) batch.Add(AftermathSql.Release, Column(_released, NpgsqlDbType.Bigint, static edge => edge.Dependency), Column(_released, NpgsqlDbType.Bigint, static edge => edge.Dependant));
        if (_forgotten.Count > 0) batch.Add(AftermathSql.Forget, Column([.. _forgotten], NpgsqlDbType.Bigint));
        Keep(batch, AftermathSql.Keep, _kept);
        _gathers.AddTo(batch);
        Clear();
    }

    /// <summary>Writes down ends of which something is left to do.</summary>
    /// <param name="batch">The transaction's.</param>
    /// <param name="text">Where to: columns of what <see cref="TaskEnd.Read"/> takes.</param>
    /// <param name="kept">The ends; may be none.</param>
    public static void Keep(NpgsqlBatch batch, string text, IReadOnlyList<TaskEnd> kept)
    {
        if (kept.Count == 0) return;
        batch.Add(
            text, Column(kept, NpgsqlDbType.Bigint, static end => end.Sequence), Column(kept, NpgsqlDbType.Bigint, static end => end.Id.Time), Column(kept, NpgsqlDbType.Bigint, static end => (long)end.Id.Nonce),
            Column(kept, NpgsqlDbType.Integer, static end => (int)end.State), Column(kept, NpgsqlDbType.Integer, static end => (int)end.Follows));
    }

    /// <inheritdoc/>
    public void Wait(long dependency, long dependant) => _waits.Add((dependency, dependant));

    /// <inheritdoc/>
    public void Release(long dependency, long dependant) => _released.Add((dependency, dependant));

    /// <inheritdoc/>
    public IReadOnlyList<WaitingTask> FindWaiting(IReadOnlyList<long> dependencies, int limit)
    {
        var first = TaskRow.ColumnCount + WorkRow.Names(ColumnUse.Read).Count;
        return work.FindAll(
            AftermathSql.FindWaiting,
            reader =>
            {
                // The first column of what only work has, its number.
                var isHeld = !reader.IsDBNull(TaskRow.ColumnCount);
                if (isHeld) rows.Hold(HeldWork.Read(reader));
                return new WaitingTask(reader.GetInt64(first), reader.GetInt64(first + 1), isHeld);
            },
            Column([.. dependencies], NpgsqlDbType.Bigint), Number(limit));
    }

    /// <inheritdoc/>
    public void Keep(in TaskEnd end)
    {
        storage.MayHaveEnded = true;
        _kept.Add(end);
    }

    /// <inheritdoc/>
    public void Forget(in TaskEnd end) => _forgotten.Add(end.Sequence);

    /// <inheritdoc/>
    public IReadOnlyList<TaskEnd> TakeKept(int limit)
    {
        if (!storage.MayHaveEnded) return [];
        storage.MayHaveEnded = false;
        var kept = work.FindAll(AftermathSql.Take, static reader => TaskEnd.Read(reader), Number(limit));
        if (kept.Count == 0) return kept;
        storage.MayHaveEnded = kept.Count == limit;
        connection.Execute(AftermathSql.ForgetGone, Column([.. kept.Select(static end => end.Sequence)], NpgsqlDbType.Bigint));
        return kept;
    }

    /// <inheritdoc/>
    public bool HasKept() => storage.MayHaveEnded = storage.MayHaveGathers = storage.MayOweCallbacks = connection.Ask(AftermathSql.HasKept) is not null;
}
