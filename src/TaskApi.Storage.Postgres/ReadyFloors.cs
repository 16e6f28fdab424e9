using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// From where on to look for tasks whose turn it is. What has been started stays where it was in the indexes until a vacuum, which under a snapshot that is held for long, as
/// a dump's is, doesn't clear it away: each look from the beginning would pass all of that. So where that takes long the first task of each priority is looked for once a second, more seldom where
/// even that takes long, and calls look from there on. What comes to be before is told here, by this node and by others; and whatever isn't, since a node took its time or is of the version before, is found by
/// the next look for the first ones. Thread-safe.
/// </summary>
/// <param name="clock">The database's clock.</param>
internal sealed class ReadyFloors(RunClock clock)
{
    // Nothing is put in that was due before, unless it is told: hardly a transaction takes as long from its beginning to its end. What has been started since then is passed by each look.
    private const long LateMs = 500;

    // More are hardly looked at for one node at once; then all are looked at in full again.
    private const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(int? Owner, string Name), ReadyFloor> _floors = [];

    /// <summary>The first ones take long to find if it takes longer than this. A look passes twice what is before them.</summary>
    public TimeSpan Long { get; set; } = TimeSpan.FromMilliseconds(3);

    private long Latest => clock.Now - LateMs;

    /// <summary>True if the first tasks of each priority are to be looked for with the next look.</summary>
    /// <param name="owner">Whose queues they are; null for types.</param>
    /// <param name="names">The queues, or types.</param>
    /// <param name="isSlow">True if looks have been slow, for whatever reason.</param>
    public bool AreDue(int? owner, string[] names, bool isSlow)
    {
        lock (_gate)
        {
            isSlow |= Long <= TimeSpan.Zero;
            if (_floors.Count == 0 && !isSlow) return false;
            var now = clock.Ticks.Elapsed;
            foreach (var name in names)
            {
                var floor = _floors.GetValueOrDefault((owner, name));
                // A clock that has been set back has others put in tasks before, for now.
                if (floor is null ? isSlow : (floor.IsUsed || isSlow) && (now >= floor.Next || floor.Latest > clock.Now - (LateMs / 2))) return true;
            }

            return false;
        }
    }

    /// <summary>What to go through; null for everything.</summary>
    public List<Stretch>? Find(int? owner, string[] names)
    {
        lock (_gate)
        {
            if (_floors.Count == 0 || !Array.Exists(names, name => _floors.GetValueOrDefault((owner, name)) is { IsUsed: true })) return null;
            var stretches = new List<Stretch>();
            foreach (var name in names.Distinct())
            {
                if (_floors.GetValueOrDefault((owner, name)) is { IsUsed: true } floor) floor.AddTo(stretches, name);
                else stretches.Add(Stretch.All(name));
            }

            return stretches;
        }
    }

    /// <summary>A look is asked for; with its answer come <see cref="Set"/> and <see cref="Raise"/>.</summary>
    /// <param name="owner">Whose queues they are; null for types.</param>
    /// <param name="names">The queues, or types.</param>
    /// <param name="forFirst">True if the first tasks of each priority are looked for, too.</param>
    public void Begin(int? owner, string[] names, bool forFirst)
    {
        lock (_gate)
        {
            if (_floors.Count == 0 && !forFirst) return;
            if (_floors.Count >= Most) _floors.Clear();
            foreach (var name in names)
            {
                if (!_floors.TryGetValue((owner, name), out var floor))
                {
                    if (!forFirst) continue;
                    _floors[(owner, name)] = floor = new ReadyFloor();
                }

                floor.IsWanted = true;
                floor.Begin(Latest);
            }
        }
    }

    /// <summary>The first tasks of each priority have been found.</summary>
    /// <param name="owner">Whose queues they are; null for types.</param>
    /// <param name="names">The queues, or types.</param>
    /// <param name="heads">The tasks.</param>
    /// <param name="took">How long that took.</param>
    public void Set(int? owner, string[] names, ILookup<string, TaskPlace> heads, TimeSpan took)
    {
        lock (_gate)
        {
            var next = clock.Ticks.Elapsed + IndexFloor.PauseAfter(took);
            foreach (var name in names)
            {
                if (!_floors.TryGetValue((owner, name), out var floor)) continue;
                floor.Next = floor.IsReset ? TimeSpan.MinValue : next;
                if (took > Long) floor.Set(heads[name]);
                else floor.Drop();
            }
        }
    }

    /// <summary>A look has found this task first in its priority.</summary>
    public void Raise(int? owner, string name, TaskPlace first)
    {
        lock (_gate)
        {
            if (_floors.TryGetValue((owner, name), out var floor)) floor.Raise(first);
        }
    }

    /// <summary>This node puts in a task.</summary>
    public void Add(WorkRow row)
    {
        if (row.Ready != WorkRow.ReadyForAll) return;
        lock (_gate)
        {
            if (_floors.Count == 0) return;
            var place = new TaskPlace(row.Priority, row.Due, row.Sequence);
            if (_floors.TryGetValue((row.Owner, row.Queue), out var ofQueue) && ofQueue.IsUsed) ofQueue.Add(place);
            if (_floors.TryGetValue((null, row.Type), out var ofType) && ofType.IsUsed) ofType.Add(place);
        }
    }

    /// <summary>Another node has put in tasks, the first of which was due then.</summary>
    public void Lower(int owner, string queue, string type, long due)
    {
        lock (_gate)
        {
            if (_floors.TryGetValue((owner, queue), out var ofQueue)) ofQueue.Lower(due);
            if (_floors.TryGetValue((null, type), out var ofType)) ofType.Lower(due);
        }
    }

    /// <summary>What has been put in is not known: the next looks look for the first ones. Those that nobody has looked for since the last time are forgotten.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            foreach (var (key, floor) in _floors)
            {
                if (!floor.IsWanted) _floors.Remove(key);
                (floor.Next, floor.IsWanted, floor.IsReset) = (TimeSpan.MinValue, false, true);
            }
        }
    }
}
