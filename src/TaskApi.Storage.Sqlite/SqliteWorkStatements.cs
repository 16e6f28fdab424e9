using System.Data.Common;
using System.Text.Json;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about work. For the writer alone.</summary>
internal sealed class SqliteWorkStatements : IWorkStatements, IDisposable
{
    // The handlers of this process: it has the file to itself, so that there are no others.
    private const string OwnWorker = "handlers";

    // What has been created before its queue was bounded becomes the queue's bit by bit.
    private const long LooksBeyond = 1000;

    private readonly Counters _counters;
    private readonly QueueTurns _turns;
    private readonly SqliteRowStatement _insert;
    private readonly SqliteRowStatement _change;
    private readonly SqliteQuery _finish;
    private readonly SqliteQuery _find;
    private readonly SqliteQuery _findUnique;
    private readonly SqliteQuery _takeOfQueue;
    private readonly SqliteQuery _takeOfType;
    private readonly SqliteQuery _ring;
    private readonly Statement _nextAlarm;
    private readonly SqliteBeatStatements _beats;
    private readonly Statement _attached;
    private readonly SqliteQuery _holdAttached;
    private readonly Statement _forgetFailed;
    private readonly Statement _oldestFailed;

    /// <param name="connection">Open; outlives the statements.</param>
    /// <param name="counters">Knows how many tasks wait for their turn.</param>
    /// <param name="turns">Whose turn it is.</param>
    public SqliteWorkStatements(DbConnection connection, Counters counters, QueueTurns turns)
    {
        (_counters, _turns) = (counters, turns);
        _insert = new(connection, SqliteWorkDialect.Insert, ColumnUse.Insert);
        _change = new(connection, SqliteWorkDialect.Change, ColumnUse.Key | ColumnUse.Change);
        _finish = new(connection, SqliteWorkDialect.Finish);
        _find = new(connection, SqliteWorkDialect.Find);
        _findUnique = new(connection, SqliteWorkDialect.FindUnique);
        _takeOfQueue = new(connection, SqliteWorkDialect.TakeOfQueue);
        _takeOfType = new(connection, SqliteWorkDialect.TakeOfType);
        _ring = new(connection, SqliteWorkDialect.Ring);
        _nextAlarm = new(connection, SqliteWorkDialect.NextAlarm);
        _attached = new(connection, SqliteWorkDialect.Attached, "@beat");
        _holdAttached = new(connection, SqliteWorkDialect.HoldAttached);
        _forgetFailed = new(connection, SqliteDialect.ForgetFailed, "@until", "@limit");
        _oldestFailed = new(connection, SqliteDialect.OldestFailed);
        _beats = new(connection);
    }

    /// <inheritdoc/>
    public void Insert(WorkRow row) => _insert.Execute(row);

    /// <inheritdoc/>
    public HeldWork? Find(long sequence) => _find.Set(1, sequence).ReadOne();

    /// <inheritdoc/>
    public IReadOnlyList<HeldWork> FindUnique(int owner, string key)
    {
        var found = new List<HeldWork>();
        _findUnique.Set(1, owner).Set(2, TaskRow.ToBytes(key)!).ReadAll(found);
        return found;
    }

    /// <inheritdoc/>
    public HeldWork? FindCommitted(long sequence) => Find(sequence);

    /// <inheritdoc/>
    public void Change(WorkRow row) => _change.Execute(row);

    /// <inheritdoc/>
    public void Finish(TaskRow row) => _finish.Set(1, row.StateBits).Set(2, row.Finished!.Value).Set(3, row.FinishedOffset!.Value).Set(4, row.Sequence).Execute();

    /// <inheritdoc/>
    public void Take(WorkTake take, int most, List<HeldWork> taken)
    {
        var isOfTypes = take.Types.Count > 0;
        var owner = take.Owner is null ? null : _counters.Find(take.Owner);
        if (!isOfTypes && owner is null) return;
        var names = _turns.Order(take.Owner, take.Free);
        var ready = Array.ConvertAll(names, name => isOfTypes ? _counters.Ready.OfType(name) : _counters.Ready.OfQueue(owner!.Id, name));
        // Of a type some may wait in bounded queues, so that there is less for all than is counted.
        var shares = isOfTypes && take.Bounded.Count > 0 ? Array.ConvertAll(names, _ => most) : QueueTurns.Share(ready, most);
        var byDefault = isOfTypes ? $"[{string.Join(',', take.Defaults.Select(static name => $"\"{JsonEncodedText.Encode(name)}\""))}]" : "";
        var first = taken.Count;
        var found = new List<HeldWork>[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            found[i] = [];
            if (shares[i] == 0) continue;
            var statement = isOfTypes ? _takeOfType.Set(1, names[i]).Set(2, shares[i]).Set(3, byDefault).Set(4, (4L * shares[i]) + LooksBeyond) : _takeOfQueue.Set(1, owner!.Id).Set(2, names[i]).Set(3, shares[i]);
            statement.ReadAll(found[i]);
        }

        for (var (round, more) = (0, true); more; round++)
        {
            more = false;
            for (var i = 0; i < names.Length; i++)
            {
                if (round >= found[i].Count || taken.Count - first == most) continue;
                taken.Add(found[i][round]);
                _turns.Serve(take.Owner, names[i]);
                more = true;
            }
        }
    }

    /// <inheritdoc/>
    public void Ring(long run, int limit, List<HeldWork> rung) => _ring.Set(1, run).Set(2, limit).ReadAll(rung);

    /// <inheritdoc/>
    public long? NextAlarm() => _nextAlarm.Scalar();

    /// <inheritdoc/>
    public long OwnBeat() => _beats.FindHandlers() ?? _beats.Save(new BeatRow(0, Owner: null, OwnWorker, long.MaxValue, LeaseMs: null));

    /// <inheritdoc/>
    public BeatRow? FindBeat(int owner, string worker) => _beats.Find(owner, worker);

    /// <inheritdoc/>
    public long SaveBeat(BeatRow row) => _beats.Save(row);

    /// <inheritdoc/>
    public void DeleteBeat(long id) => _beats.Delete(id);

    /// <inheritdoc/>
    public BeatRow? Expired(long kept) => _beats.Expired(kept);

    /// <inheritdoc/>
    public long? NextExpiry() => _beats.NextExpiry();

    /// <inheritdoc/>
    public void HoldAttached(long beat, int limit, List<HeldWork> attached) => _holdAttached.Set(1, beat).Set(2, limit).ReadAll(attached);

    /// <inheritdoc/>
    public Dictionary<long, AttachedLease> Attached(long beat)
    {
        var attached = new Dictionary<long, AttachedLease>();
        using var reader = _attached.Set(0, beat).Read();
        while (reader.Read()) attached[reader.GetInt64(0)] = new AttachedLease(reader.GetInt32(1), WorkBlobs.ReadSecret(reader.GetFieldValue<byte[]>(2)));
        return attached;
    }

    /// <inheritdoc/>
    public void Extend(long kept) => _beats.Extend(kept);

    /// <inheritdoc/>
    public int ForgetFailed(long until, long limit) => _forgetFailed.Set(0, until).Set(1, limit).Execute();

    /// <inheritdoc/>
    public long? OldestFailed() => _oldestFailed.Scalar();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_nextAlarm, _attached, _forgetFailed, _oldestFailed]) statement.Dispose();
        foreach (var query in (ReadOnlySpan<SqliteQuery>)[_finish, _find, _findUnique, _takeOfQueue, _takeOfType, _ring, _holdAttached]) query.Dispose();
        _insert.Dispose();
        _change.Dispose();
        _beats.Dispose();
    }
}
