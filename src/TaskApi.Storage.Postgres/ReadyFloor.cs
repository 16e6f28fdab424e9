using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Before which place nothing waits any more in a queue, or of a type: in each priority that is known, and in all others together. Only as far as is known: whoever looks from there
/// on looks at everything again now and then.
/// </summary>
internal sealed class ReadyFloor
{
    // The first to start come first.
    private readonly SortedDictionary<int, (long Due, long Sequence)> _known = new(Comparer<int>.Create(static (one, other) => other.CompareTo(one)));
    private long _others = long.MinValue;

    // What has been put in since the look was asked for whose answer comes next: it may not have seen that; nor what others have put in that was due from then on.
    private long _earliestSince = long.MaxValue;
    private long _latest = long.MinValue;

    /// <summary>True if looks begin here: without it they take long.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>When everything is to be looked at again, counted from the start.</summary>
    public TimeSpan Next { get; set; }

    /// <summary>True if it has been asked for of late.</summary>
    public bool IsWanted { get; set; }

    /// <summary>The latest instant before which it says that nothing waits.</summary>
    public long Latest { get; private set; } = long.MinValue;

    /// <summary>True if there was cause, since a look was asked for, to look at everything again.</summary>
    public bool IsReset { get; set; }

    /// <summary>A look is asked for: from now on nothing is put in before that it isn't told of.</summary>
    /// <param name="latest">What others may put in is due then at the earliest.</param>
    public void Begin(long latest) => (_earliestSince, _latest, IsReset) = (long.MaxValue, latest, false);

    /// <summary>Looks go through everything.</summary>
    public void Drop()
    {
        (IsUsed, Latest, _others) = (false, long.MinValue, long.MinValue);
        _known.Clear();
    }

    /// <summary>All has been looked at.</summary>
    /// <param name="heads">The first of each priority in which something waits.</param>
    public void Set(IEnumerable<TaskPlace> heads)
    {
        (IsUsed, Latest, _others) = (true, _latest, _latest);
        foreach (var priority in _known.Keys.ToArray()) _known[priority] = (_latest, long.MinValue);
        foreach (var head in heads) _known[head.Priority] = Earlier((head.Due, head.Sequence), (_latest, long.MinValue));
        Lower(_earliestSince);
    }

    /// <summary>A look from here on has found this first in its priority.</summary>
    public void Raise(TaskPlace first)
    {
        var place = Earlier((first.Due, first.Sequence), (_latest, long.MinValue));
        if (!IsUsed || _earliestSince <= place.Due || (_known.TryGetValue(first.Priority, out var known) && known.CompareTo(place) >= 0)) return;
        _known[first.Priority] = place;
        Latest = Math.Max(Latest, place.Due);
    }

    /// <summary>A task is put in.</summary>
    public void Add(TaskPlace place) => _known[place.Priority] = Earlier((place.Due, place.Sequence), _known.GetValueOrDefault(place.Priority, (_others, long.MinValue)));

    /// <summary>Tasks have been put in, of whatever priority, the first of which is due then.</summary>
    public void Lower(long due)
    {
        _earliestSince = Math.Min(due, _earliestSince);
        _others = Math.Min(due, _others);
        foreach (var (priority, place) in _known.ToArray()) _known[priority] = Earlier(place, (due, long.MinValue));
    }

    /// <summary>What to go through, one part after the other.</summary>
    public void AddTo(List<Stretch> stretches, string name)
    {
        var above = Stretch.Above;
        foreach (var (priority, (due, sequence)) in _known)
        {
            if (above - priority > 1) stretches.Add(new Stretch(name, priority, above, _others, long.MinValue));
            stretches.Add(new Stretch(name, priority, priority, due, sequence));
            above = priority;
        }

        if (above - Stretch.Below > 1) stretches.Add(new Stretch(name, Stretch.Below, above, _others, long.MinValue));
    }

    private static (long Due, long Sequence) Earlier((long Due, long Sequence) one, (long Due, long Sequence) other) => one.CompareTo(other) <= 0 ? one : other;
}

/// <summary>A part of what waits: of one priority from a place on; or of all between two, due from then on.</summary>
/// <param name="Name">The queue, or the type.</param>
/// <param name="Low">The priority; or the one below those.</param>
/// <param name="High">The same; or the one above those.</param>
/// <param name="Due">From when on.</param>
/// <param name="Sequence">Of those that are due then, from which one on.</param>
internal readonly record struct Stretch(string Name, int Low, int High, long Due, long Sequence)
{
    /// <summary>No priority is as high, or as low.</summary>
    public const int Above = 101, Below = -101;

    /// <summary>All that waits.</summary>
    public static Stretch All(string name) => new(name, Below, Above, long.MinValue, long.MinValue);
}
