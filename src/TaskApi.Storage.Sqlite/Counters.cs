using System.Collections.Concurrent;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// What the storage knows without asking the database: the numbers given out and the counts by owner, since the file was made.
/// Changed by the writer alone; what a transaction adds counts, and is shown, once it is committed.
/// </summary>
internal sealed class Counters : ICounters
{
    // Less is what reading two clocks may differ by, and not worth a transaction.
    private const long SmallestStepMs = 1000;

    private readonly ConcurrentDictionary<string, OwnerCounts> _byName = new(StringComparer.Ordinal);
    private readonly List<OwnerCounts> _changed = [];
    private readonly List<OwnerCounts> _unsaved = [];
    private readonly ConcurrentDictionary<int, OwnerCounts> _byId = new();
    private int _lastOwner;
    private int _saved;
    private bool _isSaved;
    private long _lastSequence;
    private long _retentionOffset;
    private long _retentionNow;
    private long _forgotten;
    private long _newlyForgotten;
    private long _forgottenFailed;
    private long _newlyForgottenFailed;

    /// <summary>The number of the latest task. Never given out again, not even after a failed transaction.</summary>
    public long LastSequence => Volatile.Read(ref _lastSequence);

    /// <summary>The time in the latest id, in Unix milliseconds.</summary>
    public long LastIdTime { get; private set; }

    /// <summary>By how much the retention clock was behind the wall clock, in milliseconds, as the file says.</summary>
    public long RetentionOffset { get; private set; }

    /// <summary>What that clock has shown, in Unix milliseconds, as the file says.</summary>
    public long LastRetentionNow { get; private set; }

    /// <inheritdoc/>
    public long Pending { get; private set; }

    /// <inheritdoc/>
    public long CommittedPending
    {
        get
        {
            var pending = 0L;
            foreach (var owner in _byId.Values) pending += owner.Pending;
            return pending;
        }
    }

    /// <inheritdoc/>
    public long Finished { get; private set; }

    /// <inheritdoc/>
    public long Failed { get; private set; }

    /// <summary>How many tasks wait for their turn, and run.</summary>
    public ReadyCounts Ready { get; } = new();

    /// <inheritdoc/>
    public OwnerCounts? Find(string owner) => _byName.GetValueOrDefault(owner);

    /// <inheritdoc/>
    public ValueTask<OwnerCounts?> FindAsync(string owner, CancellationToken cancellationToken) => ValueTask.FromResult(Find(owner));

    /// <summary>Everybody who has had a task. Thread-safe.</summary>
    public IEnumerable<OwnerCounts> Owners => _byId.Values;

    /// <inheritdoc/>
    public OwnerCounts Owner(int id) => _byId[id];

    /// <inheritdoc/>
    public OwnerCounts Ensure(string owner)
    {
        if (_byName.TryGetValue(owner, out var known)) return known;
        var added = Add(new OwnerCounts(_lastOwner + 1, owner, 0, 0, 0, 0));
        _unsaved.Add(added);
        return added;
    }

    /// <summary>Takes over what the file says.</summary>
    public void Load(SqliteSession session)
    {
        (_lastSequence, LastIdTime, _forgotten, RetentionOffset, LastRetentionNow, _forgottenFailed) = session.LoadCounters();
        foreach (var owner in session.LoadOwners()) Add(owner);
        foreach (var (owner, queue, type, count) in session.LoadCounts(SqliteWorkDialect.CountReady))
        {
            Ready.Add(owner, queue, type, count);
            _byId[owner].CountReady(count);
        }

        foreach (var (owner, queue, _, count) in session.LoadCounts(SqliteQueueDialect.CountRunning)) Ready.NoteRunning(owner, queue, count);
        Ready.Commit();
        foreach (var owner in Owners) owner.Commit();
        Recount();
    }

    /// <inheritdoc/>
    public (long Sequence, long IdTime) Next(long created)
    {
        LastIdTime = Math.Max(LastIdTime, created);
        Volatile.Write(ref _lastSequence, _lastSequence + 1);
        return (_lastSequence, LastIdTime);
    }

    /// <inheritdoc/>
    public void CountCreated(OwnerCounts owner)
    {
        if (!owner.IsChanged) _changed.Add(owner);
        owner.CountCreated();
        Pending++;
    }

    /// <inheritdoc/>
    public void CountFinished(OwnerCounts owner, TaskState state)
    {
        if (!owner.IsChanged) _changed.Add(owner);
        owner.CountFinished(state);
        Pending--;
        if (state == TaskState.Failed) Failed++;
        else Finished++;
    }

    /// <inheritdoc/>
    public void CountRunning(OwnerCounts owner, int by)
    {
        if (!owner.IsChanged) _changed.Add(owner);
        owner.CountRunning(by);
    }

    /// <inheritdoc/>
    public void CountReady(OwnerCounts owner, string queue, string type, int by)
    {
        if (!owner.IsChanged) _changed.Add(owner);
        owner.CountReady(by);
        Ready.Add(owner.Id, queue, type, by);
    }

    /// <inheritdoc/>
    public void CountRetried(OwnerCounts owner)
    {
        if (!owner.IsChanged) _changed.Add(owner);
        owner.CountRetried();
    }

    /// <inheritdoc/>
    public void CountLost(OwnerCounts owner)
    {
        if (!owner.IsChanged) _changed.Add(owner);
        owner.CountLost();
    }

    /// <inheritdoc/>
    public void Forget(int count)
    {
        _newlyForgotten += count;
        Finished -= count;
    }

    /// <inheritdoc/>
    public void ForgetFailed(int count)
    {
        _newlyForgottenFailed += count;
        Failed -= count;
    }

    /// <summary>Learns what the clocks show. True if the wall clock has been stepped, so that it has to be written down.</summary>
    public bool Note(long wall, long retentionNow)
    {
        (_retentionNow, _retentionOffset) = (retentionNow, Math.Abs(wall - retentionNow - RetentionOffset) > SmallestStepMs ? wall - retentionNow : RetentionOffset);
        return _retentionOffset != RetentionOffset;
    }

    /// <summary>Writes down what has changed, as a part of the transaction.</summary>
    public void Save(SqliteSession session)
    {
        // Owners stay known, and keep their numbers, when the transaction that they came with fails.
        foreach (var owner in _unsaved) session.SaveOwner(owner);
        _saved = _unsaved.Count;
        foreach (var owner in _changed) session.SaveOwner(owner);
        session.SaveCounters(_lastSequence, LastIdTime, _forgotten + _newlyForgotten, _retentionOffset, _retentionNow, _forgottenFailed + _newlyForgottenFailed);
        _isSaved = true;
    }

    /// <inheritdoc/>
    public void Commit()
    {
        foreach (var owner in _changed) owner.Commit();
        _changed.Clear();
        // Not every transaction saves: one that changes nothing doesn't.
        _unsaved.RemoveRange(0, _saved);
        if (_isSaved) (RetentionOffset, LastRetentionNow) = (_retentionOffset, _retentionNow);
        (_saved, _isSaved) = (0, false);
        _forgotten += _newlyForgotten;
        _forgottenFailed += _newlyForgottenFailed;
        (_newlyForgotten, _newlyForgottenFailed) = (0, 0);
        Ready.Commit();
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        foreach (var owner in _changed) owner.Rollback();
        _changed.Clear();
        (_saved, _isSaved, _newlyForgotten, _newlyForgottenFailed) = (0, false, 0, 0);
        Ready.Rollback();
        Recount();
    }

    private OwnerCounts Add(OwnerCounts owner)
    {
        _lastOwner = Math.Max(_lastOwner, owner.Id);
        return _byName[owner.Name] = _byId[owner.Id] = owner;
    }

    private void Recount()
    {
        (Pending, Finished, Failed) = (0, -_forgotten, -_forgottenFailed);
        foreach (var owner in _byId.Values)
        {
            Pending += owner.Pending;
            Finished += owner.Finished(TaskState.Completed) + owner.Finished(TaskState.Cancelled);
            Failed += owner.Finished(TaskState.Failed);
        }
    }
}
