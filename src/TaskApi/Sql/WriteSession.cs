using System.Data.Common;
using System.Text;
using TaskApi.Engine;

namespace TaskApi.Sql;

/// <summary>A task that has come due or timed out, as the database answers it.</summary>
/// <param name="Sequence">Its key.</param>
/// <param name="Owner">Its owner's number.</param>
/// <param name="State">Its final state.</param>
/// <param name="Wake">When it came due, on the run's clock.</param>
/// <param name="Row">All of it, if that was asked for.</param>
internal readonly record struct ClaimedTask(long Sequence, int Owner, TaskState State, long Wake, TaskRow? Row);

/// <summary>The writer's connection and its statements. For the writer alone.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteStorage _storage;
    private readonly DbConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly SqliteInsert _insert;
    private readonly Statement _find;
    private readonly Statement _cancel;
    private readonly Statement _reschedule;
    private readonly Statement _claim;
    private readonly Statement _claimAndShow;
    private readonly Statement _nextWake;
    private readonly Statement _nextGone;
    private readonly Statement _forget;
    private readonly Statement _saveOwner;
    private readonly Statement _saveLedger;


    public WriteSession(SqliteStorage storage)
    {
        _storage = storage;
        _connection = storage.OpenWriter();
        _begin = new(_connection, SqliteDialect.Begin);
        _commit = new(_connection, SqliteDialect.Commit);
        _rollback = new(_connection, SqliteDialect.Rollback);
        _insert = new(_connection);
        _find = new(_connection, SqliteDialect.Find, "@sequence");
        _cancel = new(_connection, SqliteDialect.Cancel, "@sequence", "@owner", "@wall", "@run", "@reason", "@detail");
        _reschedule = new(_connection, SqliteDialect.Reschedule, "@sequence", "@due", "@lag", "@delay", "@message");
        _claim = new(_connection, SqliteDialect.Claim, "@run", "@wall", "@zone", "@limit");
        _claimAndShow = new(_connection, SqliteDialect.ClaimAndShow, "@run", "@wall", "@zone", "@limit");
        _nextWake = new(_connection, SqliteDialect.NextWake);
        _nextGone = new(_connection, SqliteDialect.NextGone);
        _forget = new(_connection, SqliteDialect.Forget, "@until", "@limit");
        _saveOwner = new(_connection, SqliteDialect.SaveOwner, "@id", "@name", "@created", "@completed", "@cancelled", "@failed");
        _saveLedger = new(_connection, SqliteDialect.SaveLedger, "@sequence", "@time", "@forgotten");
        Calls = new CallStatements(_connection);
    }

    /// <summary>What is said about calls with a key.</summary>
    public CallStatements Calls { get; }

    public void Begin() => _begin.Execute();

    /// <summary>When this returns, what was done since <see cref="Begin"/> is on disk.</summary>
    public void Commit() => _storage.Commit(_commit);

    public void Rollback() => _rollback.Execute();

    public void Insert(TaskRow row) => _insert.Execute(row);

    /// <summary>The task with this number, or null.</summary>
    public TaskRow? Find(long sequence) => ReadOne(_find.Set(0, sequence));

    /// <summary>Cancels a task of the owner's; null if it isn't pending.</summary>
    public TaskRow? Cancel(long sequence, int owner, TaskError error, long wall, long run) => ReadOne(_cancel
        .Set(0, sequence).Set(1, (long)owner).Set(2, wall).Set(3, run)
        .Set(4, error.Reason == TaskError.Cancelled ? null : error.Reason).Set(5, TaskRow.ToBytes(error.Detail)));

    /// <summary>Gives a pending task the due time and the message of <paramref name="row"/>, and its next version.</summary>
    public void Reschedule(TaskRow row) => _reschedule
        .Set(0, row.Sequence).Set(1, row.Due).Set(2, row.Lag).Set(3, row.Delay).Set(4, TaskRow.ToBytes(row.Message))
        .Execute();

    /// <summary>Brings what is due at <paramref name="run"/> to its final state; adds it to <paramref name="claimed"/>, in due order.</summary>
    public void Claim(long run, long wall, int zone, int limit, bool show, List<ClaimedTask> claimed)
    {
        var statement = (show ? _claimAndShow : _claim).Set(0, run).Set(1, wall).Set(2, (long)zone).Set(3, (long)limit);
        using (var reader = statement.Read())
        {
            while (reader.Read())
            {
                var row = show ? TaskRow.Read(reader) : null;
                claimed.Add(row is not null
                    ? new ClaimedTask(row.Sequence, row.Owner, row.State, row.Wake, row)
                    : new ClaimedTask(reader.GetInt64(0), reader.GetInt32(1), (TaskState)reader.GetInt32(2), reader.GetInt64(3), Row: null));
            }
        }

        claimed.Sort(static (a, b) => (a.Wake, a.Sequence).CompareTo((b.Wake, b.Sequence)));
    }

    /// <summary>When the run's clock has to look at a pending task next; null: never.</summary>
    public long? NextWake() => _nextWake.Scalar();

    /// <summary>When, on the run's clock, the finished task to forget next was finished; null if there is none.</summary>
    public long? NextGone() => _nextGone.Scalar();

    /// <summary>Forgets tasks finished until then, the earliest first; answers how many.</summary>
    public int Forget(long until, long limit) => _forget.Set(0, until).Set(1, limit).Execute();

    /// <summary>Puts right what an earlier run noted by its own clock.</summary>
    public void Rebase()
    {
        using var rebase = new Statement(_connection, SqliteDialect.Rebase);
        rebase.Execute();
    }

    public (long LastSequence, long LastIdTime, long Forgotten) LoadLedger()
    {
        using var load = new Statement(_connection, SqliteDialect.LoadLedger);
        using var reader = load.Read();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    public List<OwnerCounts> LoadOwners()
    {
        var owners = new List<OwnerCounts>();
        using var load = new Statement(_connection, SqliteDialect.LoadOwners);
        using var reader = load.Read();
        while (reader.Read())
        {
            var name = Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(1));
            owners.Add(new OwnerCounts(reader.GetInt32(0), name, reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        }

        return owners;
    }

    public void SaveOwner(OwnerCounts owner) => _saveOwner
        .Set(0, (long)owner.Id).Set(1, TaskRow.ToBytes(owner.Name)).Set(2, owner.After(TaskState.Pending))
        .Set(3, owner.After(TaskState.Completed)).Set(4, owner.After(TaskState.Cancelled)).Set(5, owner.After(TaskState.Failed))
        .Execute();

    public void SaveLedger(long lastSequence, long lastIdTime, long forgotten) =>
        _saveLedger.Set(0, lastSequence).Set(1, lastIdTime).Set(2, forgotten).Execute();

    /// <inheritdoc cref="SqliteStorage.TakePagesWritten"/>
    public int TakePagesWritten() => SqliteStorage.TakePagesWritten(_connection);

    /// <inheritdoc cref="SqliteStorage.Checkpoint"/>
    public void Checkpoint() => SqliteStorage.Checkpoint(_connection);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[
            _begin, _commit, _rollback, _find, _cancel, _reschedule, _claim, _claimAndShow, _nextWake, _nextGone, _forget, _saveOwner, _saveLedger])
            statement.Dispose();
        _insert.Dispose();
        Calls.Dispose();
        _connection.Dispose();
    }

    private static TaskRow? ReadOne(Statement statement)
    {
        using var reader = statement.Read();
        return reader.Read() ? TaskRow.Read(reader) : null;
    }
}
