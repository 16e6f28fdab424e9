using System.Data.Common;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about tasks that wait for others. For the writer alone.</summary>
/// <param name="connection">Open; outlives the statements.</param>
/// <param name="session">Finds tasks.</param>
internal sealed class SqliteAftermathStatements(DbConnection connection, IWriteSession session) : IAftermathStatements, IDisposable
{
    private readonly SqliteGatherStatements _gathers = new(connection, session);
    private readonly Statement _wait = new(connection, "INSERT INTO waits (dependency, dependant) VALUES (@dependency, @dependant)", "@dependency", "@dependant");
    private readonly Statement _release = new(connection, "DELETE FROM waits WHERE dependency = @dependency AND dependant = @dependant", "@dependency", "@dependant");
    private readonly Statement _find = new(connection, "SELECT dependant FROM waits WHERE dependency = @dependency ORDER BY dependant LIMIT @limit", "@dependency", "@limit");
    private readonly Statement _keep = new(
        connection, "INSERT INTO ended (sequence, time, nonce, state, follows) VALUES (@sequence, @time, @nonce, @state, @follows) ON CONFLICT DO NOTHING",
        "@sequence", "@time", "@nonce", "@state", "@follows");

    private readonly Statement _forget = new(connection, "DELETE FROM ended WHERE sequence = @sequence", "@sequence");
    private readonly Statement _take = new(connection, "SELECT sequence, time, nonce, state, follows FROM ended ORDER BY sequence LIMIT @limit", "@limit");
    private bool _mayHaveKept = true;

    /// <inheritdoc/>
    public IGatherStatements Gathers => _gathers;

    /// <inheritdoc/>
    public void Wait(long dependency, long dependant) => _wait.Set(0, dependency).Set(1, dependant).Execute();

    /// <inheritdoc/>
    public void Release(long dependency, long dependant) => _release.Set(0, dependency).Set(1, dependant).Execute();

    /// <inheritdoc/>
    public IReadOnlyList<WaitingTask> FindWaiting(IReadOnlyList<long> dependencies, int limit)
    {
        var found = new List<WaitingTask>();
        foreach (var dependency in dependencies)
        {
            if (found.Count == limit) break;
            using var reader = _find.Set(0, dependency).Set(1, (long)(limit - found.Count)).Read();
            while (reader.Read()) found.Add(new WaitingTask(dependency, reader.GetInt64(0), IsHeld: true));
        }

        return found;
    }

    /// <inheritdoc/>
    public void Keep(in TaskEnd end)
    {
        _mayHaveKept = true;
        _keep.Set(0, end.Sequence).Set(1, end.Id.Time).Set(2, (long)end.Id.Nonce).Set(3, (long)end.State).Set(4, (long)end.Follows).Execute();
    }

    /// <inheritdoc/>
    public void Forget(in TaskEnd end) => _forget.Set(0, end.Sequence).Execute();

    /// <inheritdoc/>
    public IReadOnlyList<TaskEnd> TakeKept(int limit)
    {
        if (!_mayHaveKept) return [];
        var kept = new List<TaskEnd>();
        using var reader = _take.Set(0, (long)limit).Read();
        while (reader.Read()) kept.Add(TaskEnd.Read(reader));
        _mayHaveKept = kept.Count > 0;
        return kept;
    }

    /// <inheritdoc/>
    public bool HasKept()
    {
        using var ofGathers = new Statement(connection, "SELECT 1 WHERE EXISTS (SELECT 1 FROM ended_members) OR EXISTS (SELECT 1 FROM gathers WHERE due = 1)");
        return TakeKept(1).Count > 0 || ofGathers.Scalar() is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gathers.Dispose();
        foreach (var statement in (ReadOnlySpan<Statement>)[_wait, _release, _find, _keep, _forget, _take]) statement.Dispose();
    }
}
