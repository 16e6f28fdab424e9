namespace TaskApi.Engine.Memory;

/// <summary>
/// The tasks of one lane and priority that wait for their turn, in the order of their due times, then of their creation. They come due in that
/// order, and so a list is enough; the few that don't (released, returned, created for a time that is past) are kept beside it, sorted. Used under
/// the storage's lock.
/// </summary>
/// <param name="lane">The lane.</param>
/// <param name="priority">The priority.</param>
internal sealed class ReadyLevel(ReadyLane lane, int priority)
{
    private static readonly Comparer<WorkState> _order = Comparer<WorkState>.Create(Compare);

    private SortedSet<WorkState>? _others;
    private WorkState? _first;
    private WorkState? _last;

    public ReadyLane Lane { get; } = lane;

    public int Priority { get; } = priority;

    /// <summary>The task whose turn it is first; null if there is none.</summary>
    public WorkState? First => _others?.Min is not { } other ? _first : _first is null || Compare(other, _first) < 0 ? other : _first;

    /// <summary>Which of two tasks is first, of the same priority.</summary>
    public static int Compare(WorkState? left, WorkState? right) =>
        left!.ReadyAt != right!.ReadyAt ? left.ReadyAt.CompareTo(right.ReadyAt) : left.Sequence.CompareTo(right.Sequence);

    public void Add(WorkState work)
    {
        work.Ready = this;
        if (_last is null || Compare(_last, work) < 0)
        {
            work.Previous = _last;
            if (_last is null) _first = work;
            else _last.Next = work;
            _last = work;
        }
        else if (Compare(work, _first) < 0)
        {
            work.Next = _first;
            _first!.Previous = work;
            _first = work;
        }
        else
        {
            work.IsOutOfOrder = true;
            (_others ??= new SortedSet<WorkState>(_order)).Add(work);
        }
    }

    public void Remove(WorkState work)
    {
        work.Ready = null;
        if (work.IsOutOfOrder)
        {
            work.IsOutOfOrder = false;
            _others!.Remove(work);
            if (_others.Count == 0) _others = null;
            return;
        }

        if (work.Previous is null) _first = work.Next;
        else work.Previous.Next = work.Next;
        if (work.Next is null) _last = work.Previous;
        else work.Next.Previous = work.Previous;
        (work.Next, work.Previous) = (null, null);
    }
}
