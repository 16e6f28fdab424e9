using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>
/// Keeps, of the tasks that it is offered, those that come due soonest: as many as a page has, and one more that tells whether there is another page. For one
/// caller. What is due before 1970 counts as due then.
/// </summary>
internal sealed class SoonestTasks
{
    // The last one first.
    private static readonly Comparer<(long DueAt, long Sequence)> _latestFirst = Comparer<(long DueAt, long Sequence)>.Create(static (one, other) => other.CompareTo(one));

    private readonly PriorityQueue<TaskSnapshot, (long DueAt, long Sequence)> _held;
    private readonly (long DueAt, long Sequence) _after;
    private readonly int _limit;

    /// <summary>To be offered the tasks of a page.</summary>
    /// <param name="query">The page.</param>
    public SoonestTasks(TaskQuery query)
    {
        _held = new(query.Limit + 2, _latestFirst);
        (_after, _limit) = (Begin(query), query.Limit);
    }

    /// <summary>The due time, in Unix milliseconds, and the number of the last task of the page before; -1 and 0 for the first page.</summary>
    public static (long DueAt, long Sequence) Begin(TaskQuery query) => query.After is { } cursor && TaskId.TryParse(cursor, out var last) ? (last.Time, last.Sequence) : (-1, 0);

    /// <summary>True if a task of this due time, in Unix milliseconds, would be kept for now.</summary>
    public bool MayHold(long dueAt, long sequence)
    {
        var place = (Math.Max(0, dueAt), sequence);
        return place.CompareTo(_after) > 0 && (_held.Count <= _limit || (_held.TryPeek(out _, out var last) && place.CompareTo(last) < 0));
    }

    /// <summary>Offers a task.</summary>
    public void Offer(TaskSnapshot task, long sequence)
    {
        var dueAt = task.DueAt.ToUnixTimeMilliseconds();
        if (!MayHold(dueAt, sequence)) return;
        _held.Enqueue(task, (Math.Max(0, dueAt), sequence));
        if (_held.Count > _limit + 1) _held.Dequeue();
    }

    /// <summary>The page, once all have been offered. To be asked once.</summary>
    public TaskPage ToPage()
    {
        var hasMore = _held.Count > _limit;
        if (hasMore) _held.Dequeue();
        Guid? next = hasMore && _held.TryPeek(out _, out var last) ? new TaskId(last.DueAt, last.Sequence, 0).ToGuid() : null;
        var tasks = new TaskSnapshot[_held.Count];
        for (var i = tasks.Length - 1; i >= 0; i--) tasks[i] = _held.Dequeue();
        return new TaskPage(tasks, next);
    }
}
