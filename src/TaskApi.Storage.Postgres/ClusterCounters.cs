using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Numbers and counts of a database that many nodes share. Numbers come from the database. Each node has counts of its own, in a slot; the sums
/// are looked up once a second, and by each transaction that creates unless there is far more room than all nodes together could fill in that time.
/// Near the bound, one such transaction comes after the other.
/// </summary>
/// <remarks>
/// So the bound holds exactly. A transaction that creates beside others has left room for as many tasks as all slots can have under way, and finds
/// out about the room within the transaction: of those committed so far, let it be the one that looked last. What it didn't see was under way then,
/// so it is no more than one transaction for each other slot, and there is room for that. A slot begins when nobody creates, so it is seen by all.
/// </remarks>
internal sealed class ClusterCounters(PostgresStorage storage, TaskOptions options, RunClock clock) : ICounters
{
    // No database commits as many in the time for which a sum is taken for fresh.
    private const long FarAway = 2_000_000;

    // What the writer takes with a call that creates as many as a call may.
    private const int ChunkSize = 1000;

    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, OwnerCounts> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, OwnerCounts> _byId = new();
    private readonly OwnerLookups _lookups = new(storage);
    private readonly Lock _gate = new();
    private readonly Queue<long> _numbers = new();
    private readonly List<OwnerCounts> _changed = [];
    private long _pending;
    private long _finished;
    private long _slots = 1;
    private long _pendingAdded;
    private long _finishedAdded;
    private long _failed;
    private long _failedAdded;
    private long _forgottenFailed;
    private long _forgotten;
    private long _keys;
    private long _lastIdTime;
    private TimeSpan? _summed;

    /// <summary>Their counts are of what this process has done.</summary>
    public IEnumerable<OwnerCounts> Owners => _byName.Values;

    /// <inheritdoc/>
    public long Pending => _pending + _pendingAdded;

    /// <inheritdoc/>
    /// <remarks>With what the transaction under way does: the sums are of a moment ago anyway.</remarks>
    public long CommittedPending => Math.Max(0, Pending);

    /// <inheritdoc/>
    public long Finished => _finished + _finishedAdded;

    /// <inheritdoc/>
    public long Failed => _failed + _failedAdded;

    /// <summary>True if the sums should be looked up before so many more are created.</summary>
    public bool IsStale(int creates) =>
        _summed is not { } summed || clock.Ticks.Elapsed - summed > _fresh || (creates > 0 && IsNear(creates + FarAway));

    /// <summary>True if so many more, and what others may be creating just now, might be too many.</summary>
    public bool IsNear(long creates) => Pending + creates > options.MaxPending - Margin;

    /// <summary>Takes over what all nodes together have.</summary>
    public void Sum(ClusterTotals totals)
    {
        (_pending, _finished, _failed, _slots) = (totals.Pending, totals.Finished, totals.Failed, totals.Slots);
        _summed = clock.Ticks.Elapsed;
    }

    // One transaction of each other node that is under way, and one more that began before a pause and reckoned with what was true then.
    private long Margin => 2 * (_slots - 1) * (options.MaxBatch + ChunkSize);

    /// <summary>Gives back what a transaction that is begun anew had taken.</summary>
    public void GiveBack() => _numbers.Clear();

    /// <summary>Takes numbers to give out in the transaction.</summary>
    public void Reserve(long number)
    {
        _numbers.Enqueue(number);
        storage.History.SawTask(number);
    }

    /// <inheritdoc/>
    /// <remarks>The first time that this process hears of one the database is asked, and adds him: an owner is a key of the configuration, so they are few.</remarks>
    public OwnerCounts? Find(string owner) => Ensure(owner);

    /// <inheritdoc/>
    public bool Knows(string owner) => owner.Length == 0 || TryFind(owner, out _);

    /// <inheritdoc/>
    public async ValueTask EnsureAsync(string owner, CancellationToken cancellationToken)
    {
        if (!Knows(owner)) Add((await _lookups.FindAsync(owner, adds: true, cancellationToken))!.Value);
    }

    /// <inheritdoc/>
    public async ValueTask<OwnerCounts?> FindAsync(string owner, CancellationToken cancellationToken)
    {
        if (Knows(owner)) return Ensure(owner);
        return await _lookups.FindAsync(owner, adds: false, cancellationToken) is { } found ? Add(found) : null;
    }

    /// <inheritdoc/>
    public OwnerCounts Owner(int id) => _byId.TryGetValue(id, out var known) && known.Generation == storage.Generation ? known : Add(OwnerDirectory.Find(storage, id));

    /// <inheritdoc/>
    public OwnerCounts Ensure(string owner) => TryFind(owner, out var known) ? known : Add(owner.Length == 0 ? Nobody : OwnerDirectory.Find(storage, owner));

    // He has the same number in every database.
    private KnownOwner Nobody => new(0, "", storage.Generation);

    private bool TryFind(string owner, [NotNullWhen(true)] out OwnerCounts? known) => _byName.TryGetValue(owner, out known) && known.Generation == storage.Generation;

    /// <inheritdoc/>
    public (long Sequence, long IdTime) Next(long created)
    {
        _lastIdTime = Math.Max(_lastIdTime, created);
        return (_numbers.Dequeue(), _lastIdTime);
    }

    /// <inheritdoc/>
    public void CountCreated(OwnerCounts owner)
    {
        Change(owner);
        owner.CountCreated();
        _pendingAdded++;
    }

    /// <summary>Counts as this node's what programs have created in transactions of their own: the sums of all nodes have it already.</summary>
    public void TakeOver(NpgsqlConnection connection)
    {
        foreach (var (id, created, ready) in ProgramCounts.Take(connection))
        {
            var owner = Owner(id);
            Change(owner);
            owner.CountCreated(created);
            owner.CountReady(ready);
        }
    }

    /// <inheritdoc/>
    public void CountFinished(OwnerCounts owner, TaskState state)
    {
        Change(owner);
        owner.CountFinished(state);
        _pendingAdded--;
        if (state == TaskState.Failed) _failedAdded++;
        else _finishedAdded++;
    }

    /// <inheritdoc/>
    public void CountRunning(OwnerCounts owner, int by) => Change(owner).CountRunning(by);

    /// <inheritdoc/>
    public void CountReady(OwnerCounts owner, string queue, string type, int by) => Change(owner).CountReady(by);

    /// <inheritdoc/>
    public void CountRetried(OwnerCounts owner) => Change(owner).CountRetried();

    /// <inheritdoc/>
    public void CountLost(OwnerCounts owner) => Change(owner).CountLost();

    /// <inheritdoc/>
    public void Forget(int count)
    {
        _forgotten += count;
        _finishedAdded -= count;
    }

    /// <inheritdoc/>
    public void ForgetFailed(int count)
    {
        _forgottenFailed += count;
        _failedAdded -= count;
    }

    /// <summary>Counts calls that are kept, or gone.</summary>
    public void CountKeys(long added) => _keys += added;

    /// <summary>What the transaction adds to the counts of this node's slot, as columns; null if nothing.</summary>
    public (int[] Owners, long[][] Columns)? TakeAdded()
    {
        if (_changed.Count == 0 && _forgotten == 0 && _forgottenFailed == 0 && _keys == 0) return null;
        // What belongs to nobody is counted with the empty owner.
        var nobody = Owner(0);
        if (!_changed.Contains(nobody)) _changed.Add(nobody);
        _changed.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return SlotColumns.Of(_changed, _forgotten, _keys, _forgottenFailed);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        foreach (var owner in _changed) owner.Commit();
        (_pending, _finished, _failed) = (Pending, Finished, Failed);
        End();
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        foreach (var owner in _changed) owner.Rollback();
        _summed = null;
        End();
    }

    private void End()
    {
        _changed.Clear();
        _numbers.Clear();
        (_pendingAdded, _finishedAdded, _failedAdded, _forgotten, _forgottenFailed, _keys) = (0, 0, 0, 0, 0, 0);
    }

    // One of whom as much has begun as has ended is not changed, and may be here already.
    private OwnerCounts Change(OwnerCounts owner)
    {
        if (!owner.IsChanged && !_changed.Contains(owner)) _changed.Add(owner);
        return owner;
    }

    /// <summary>Notes one whom the database has. What this process has counted of an owner goes on when he gets another number.</summary>
    public OwnerCounts Add(KnownOwner owner)
    {
        lock (_gate)
        {
            if (TryFind(owner.Name, out var known) && known.Generation == owner.Generation) return known;
            _byName.TryGetValue(owner.Name, out var former);
            var added = new OwnerCounts(
                owner.Id, owner.Name, former?.Created ?? 0, former?.Finished(TaskState.Completed) ?? 0, former?.Finished(TaskState.Cancelled) ?? 0, former?.Finished(TaskState.Failed) ?? 0)
            { Generation = owner.Generation };
            _byName[owner.Name] = _byId[owner.Id] = added;
            return added;
        }
    }
}
