using System.Collections.Concurrent;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Numbers and counts of a database that many nodes share. Numbers come from the database. Each node adds to rows of its own; the sums are
/// looked up once a second, more often by a node that creates much, and by each transaction that creates where half of the tasks are
/// pending that may be. Near the bound, one such transaction comes after the other, so that it holds exactly.
/// </summary>
internal sealed class ClusterLedger(PostgresStorage storage, TaskOptions options, RunClock clock) : ILedger
{
    private const int Slots = 256;

    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, OwnerCounts> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, OwnerCounts> _byId = new();
    private readonly Queue<long> _numbers = new();
    private readonly List<OwnerCounts> _changed = [];
    private long _pending;
    private long _kept;
    private long _sum;
    private long _pendingAdded;
    private long _keptAdded;
    private long _forgotten;
    private long _calls;
    private long _lastIdTime;
    private TimeSpan? _summed;

    /// <summary>Their counts are of what this process has done.</summary>
    public IEnumerable<OwnerCounts> Owners => _byId.Values;

    /// <summary>Which rows this node adds to. Two nodes that have the same wait for each other's commits, no more.</summary>
    public int Slot { get; } = Random.Shared.Next(Slots);

    /// <inheritdoc/>
    public long Pending => _pending + _pendingAdded;

    /// <inheritdoc/>
    public long Kept => _kept + _keptAdded;

    /// <summary>True if the sums should be looked up before so many more are created.</summary>
    public bool IsStale(int creates) =>
        _summed is not { } summed || clock.Ticks.Elapsed - summed > _fresh
        || (creates > 0 && (Pending + creates > options.MaxPending / 2 || Pending + creates - _sum > options.MaxPending / 20));

    /// <summary>True if so many more might be too many.</summary>
    public bool IsNearCapacity(int creates) => Pending + creates > options.MaxPending - Math.Max(10_000, options.MaxPending / 10);

    /// <summary>Takes over what all nodes together have.</summary>
    public void Sum(long pending, long kept)
    {
        (_pending, _kept, _sum) = (pending, kept, pending);
        _summed = clock.Ticks.Elapsed;
    }

    /// <summary>Takes numbers to give out in the transaction.</summary>
    public void Reserve(long number) => _numbers.Enqueue(number);

    /// <inheritdoc/>
    /// <remarks>The first time that this process hears of one the database is asked, and adds him: an owner is a key of the configuration, so they are few.</remarks>
    public OwnerCounts? Find(string owner) => Ensure(owner);

    /// <inheritdoc/>
    public ValueTask<OwnerCounts?> FindAsync(string owner, CancellationToken cancellationToken)
    {
        return _byName.TryGetValue(owner, out var known) ? ValueTask.FromResult<OwnerCounts?>(known) : AskAsync();

        async ValueTask<OwnerCounts?> AskAsync() =>
            Add(owner.Length == 0 ? 0 : await OwnerDirectory.NumberOfAsync(storage, owner, cancellationToken), owner);
    }

    /// <inheritdoc/>
    public OwnerCounts Owner(int id) => _byId.TryGetValue(id, out var known) ? known : Add(id, OwnerDirectory.NameOf(storage, id));

    /// <inheritdoc/>
    public OwnerCounts Ensure(string owner)
    {
        if (_byName.TryGetValue(owner, out var known)) return known;
        return Add(owner.Length == 0 ? 0 : OwnerDirectory.NumberOf(storage, owner), owner);
    }

    /// <inheritdoc/>
    public (long Sequence, long IdTime) Next(long created)
    {
        _lastIdTime = Math.Max(_lastIdTime, created);
        return (_numbers.Dequeue(), _lastIdTime);
    }

    /// <inheritdoc/>
    public void Count(OwnerCounts owner, TaskState state)
    {
        if (!owner.IsChanged) _changed.Add(owner);
        owner.Count(state);
        _pendingAdded += state == TaskState.Pending ? 1 : -1;
        _keptAdded += state == TaskState.Pending ? 0 : 1;
    }

    /// <inheritdoc/>
    public void Forget(int count)
    {
        _forgotten += count;
        _keptAdded -= count;
    }

    /// <summary>Counts calls that are kept, or gone.</summary>
    public void CountCalls(long added) => _calls += added;

    /// <summary>What the transaction adds to the counts of this node's slot, as columns; null if nothing.</summary>
    public (int[] Owners, long[][] Columns)? TakeAdded()
    {
        if (_changed.Count == 0 && _forgotten == 0 && _calls == 0) return null;
        // What belongs to nobody is counted with the empty owner.
        var nobody = Owner(0);
        if (!_changed.Contains(nobody)) _changed.Add(nobody);
        _changed.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        long[] Column(Func<OwnerCounts, long> added) => [.. _changed.Select(added)];
        return ([.. _changed.Select(static owner => owner.Id)],
        [
            Column(static owner => owner.Added(TaskState.Pending)), Column(static owner => owner.Added(TaskState.Completed)),
            Column(static owner => owner.Added(TaskState.Cancelled)), Column(static owner => owner.Added(TaskState.Failed)),
            Column(owner => owner.Id == 0 ? _forgotten : 0), Column(owner => owner.Id == 0 ? _calls : 0),
        ]);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        foreach (var owner in _changed) owner.Commit();
        (_pending, _kept) = (Pending, Kept);
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
        (_pendingAdded, _keptAdded, _forgotten, _calls) = (0, 0, 0, 0);
    }

    private OwnerCounts Add(int id, string name) => _byName.GetOrAdd(name, _byId.GetOrAdd(id, new OwnerCounts(id, name, 0, 0, 0, 0)));
}
