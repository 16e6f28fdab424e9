using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>The schedules by owner and name, and those that will come due in that order. Not thread-safe.</summary>
internal sealed class ScheduleTable
{
    private readonly Dictionary<string, OwnSchedules> _owners = [];
    private readonly SortedSet<KeptSchedule> _due = new(KeptSchedule.Order);
    private readonly HashSet<KeptSchedule> _waiting = [];
    private long _lastNumber;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>When the next occurrence of all is; null if there is none.</summary>
    public DateTimeOffset? FirstDue => _due.Min?.Next;

    /// <summary>Those of which an occurrence waits.</summary>
    public IReadOnlyList<ScheduleState> Waiting => [.. _waiting.Select(static kept => kept.State)];

    /// <summary>The schedule of that name, or null.</summary>
    public KeptSchedule? Find(string owner, string name) => _owners.TryGetValue(owner, out var own) ? own.ByName.GetValueOrDefault(name) : null;

    /// <summary>Adds one that isn't there.</summary>
    public void Add(ScheduleState schedule)
    {
        if (!_owners.TryGetValue(schedule.Owner, out var own)) _owners[schedule.Owner] = own = new OwnSchedules();
        var kept = new KeptSchedule(++_lastNumber, schedule);
        own.ByName.Add(schedule.Name, kept);
        own.Names.Add(schedule.Name);
        if (kept.Next is not null) _due.Add(kept);
        Count++;
    }

    /// <summary>It is so from now on. One that was removed stays removed.</summary>
    public void Replace(KeptSchedule kept, ScheduleState schedule)
    {
        // When it is due follows from the plan alone, which most changes leave as it is.
        var before = kept.State;
        var isSamePlan = ReferenceEquals(schedule.Definition, before.Definition) && schedule.Cursor == before.Cursor && schedule.Anchor == before.Anchor;
        kept.State = schedule;
        if (kept.IsRemoved) return;
        if (schedule.Waiting is null) _waiting.Remove(kept);
        else _waiting.Add(kept);
        if (isSamePlan) return;
        if (kept.Next is not null) _due.Remove(kept);
        kept.Next = schedule.Next;
        if (kept.Next is not null) _due.Add(kept);
    }

    /// <summary>Takes one out that is there.</summary>
    public void Remove(KeptSchedule kept)
    {
        var own = _owners[kept.State.Owner];
        own.ByName.Remove(kept.State.Name);
        own.Names.Remove(kept.State.Name);
        if (kept.Next is not null) _due.Remove(kept);
        _waiting.Remove(kept);
        kept.IsRemoved = true;
        Count--;
    }

    /// <summary>Those whose next occurrence is at or before an instant, the earliest first.</summary>
    public List<ScheduleState> Due(DateTimeOffset now, int limit)
    {
        var due = new List<ScheduleState>();
        foreach (var kept in _due)
        {
            if (kept.Next > now || due.Count == limit) break;
            due.Add(kept.State);
        }

        return due;
    }

    /// <summary>Those of an owner whose names come after one, in the order of their names.</summary>
    public List<ScheduleState> After(string owner, string after, int limit)
    {
        var found = new List<ScheduleState>();
        if (!_owners.TryGetValue(owner, out var own) || own.Names.Max is not { } last || string.CompareOrdinal(last, after) <= 0) return found;
        foreach (var name in own.Names.GetViewBetween(after, last))
        {
            if (name == after) continue;
            if (found.Count == limit) break;
            found.Add(own.ByName[name].State);
        }

        return found;
    }

    private sealed class OwnSchedules
    {
        public Dictionary<string, KeptSchedule> ByName { get; } = [];

        public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>A schedule in the table.</summary>
/// <param name="number">Decides between two that are due at one instant: the sooner created is the sooner.</param>
/// <param name="state">As it is at first.</param>
internal sealed class KeptSchedule(long number, ScheduleState state)
{
    /// <summary>By when they are due next.</summary>
    public static readonly IComparer<KeptSchedule> Order = Comparer<KeptSchedule>.Create(static (left, right) =>
        left._nextTicks != right._nextTicks ? left._nextTicks.CompareTo(right._nextTicks) : left._number.CompareTo(right._number));

    private readonly long _number = number;
    private long _nextTicks = (state.Next ?? DateTimeOffset.MaxValue).UtcTicks;

    /// <summary>As it is.</summary>
    public ScheduleState State { get; set; } = state;

    /// <summary>When it is due next, worked out once; null: never. Not to be changed while it is among those that will come due.</summary>
    public DateTimeOffset? Next
    {
        get => _nextTicks == DateTimeOffset.MaxValue.UtcTicks ? null : new DateTimeOffset(_nextTicks, TimeSpan.Zero);
        set => _nextTicks = (value ?? DateTimeOffset.MaxValue).UtcTicks;
    }

    /// <summary>True once it isn't in the table any more.</summary>
    public bool IsRemoved { get; set; }
}
