using System.Collections.Concurrent;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The completions of tasks that somebody in this process waits for. Held weakly: what nobody waits for any more goes, so
/// memory follows the number of waits and not that of tasks. Known by all of a task's id: a database that has gone back may give a number to another
/// task, of another owner. Thread-safe.
/// </summary>
internal sealed class WaiterTable
{
    private const int SmallestSweep = 4096;

    private readonly ConcurrentDictionary<TaskId, WeakReference<TaskCompletion>> _completions = new(ByNumber.Instance);
    private readonly ConcurrentDictionary<TaskId, WeakReference<TaskCompletion>>.AlternateLookup<long> _byNumber;
    private int _count;
    private int _added;
    private int _nextSweep = SmallestSweep;

    public WaiterTable() => _byNumber = _completions.GetAlternateLookup<long>();

    /// <summary>How many tasks are waited for, or were until a moment ago.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The completion of a task, shared by all who wait for it. To be taken before the look at the database that finds the task pending.</summary>
    public TaskCompletion Watch(TaskId id)
    {
        while (true)
        {
            if (!_completions.TryGetValue(id, out var known))
            {
                var added = new TaskCompletion();
                if (!_completions.TryAdd(id, new WeakReference<TaskCompletion>(added))) continue;
                Interlocked.Increment(ref _count);
                SweepSometimes();
                return added;
            }

            if (known.TryGetTarget(out var completion)) return completion;
            Remove(KeyValuePair.Create(id, known));
        }
    }

    /// <summary>True if somebody may be waiting for a task with this number.</summary>
    public bool IsWatched(long sequence) => _byNumber.ContainsKey(sequence);

    /// <summary>The id of a task with this number that somebody may be waiting for; null if there is none.</summary>
    public TaskId? Find(long sequence) => _byNumber.TryGetValue(sequence, out var id, out _) ? id : null;

    /// <summary>The task as it was seen by who waits for it; null if nobody does, or it hasn't been seen yet.</summary>
    public TaskSnapshot? Seen(TaskId id) => _completions.TryGetValue(id, out var known) && known.TryGetTarget(out var completion) ? completion.Seen : null;

    /// <summary>The tasks that somebody waits for: their ids, and as they were when they were seen in the database; one that is just being created has not been.</summary>
    public List<(TaskId Id, TaskSnapshot? Seen)> All()
    {
        var all = new List<(TaskId Id, TaskSnapshot? Seen)>();
        foreach (var (id, known) in _completions)
            if (known.TryGetTarget(out var completion)) all.Add((id, completion.Seen));
        return all;
    }

    /// <summary>Takes the completion of a task that has finished; null if nobody waits for it.</summary>
    public TaskCompletion? Take(TaskId id)
    {
        if (!_completions.TryRemove(id, out var known)) return null;
        Interlocked.Decrement(ref _count);
        return known.TryGetTarget(out var completion) ? completion : null;
    }

    private void Remove(KeyValuePair<TaskId, WeakReference<TaskCompletion>> entry)
    {
        if (_completions.TryRemove(entry)) Interlocked.Decrement(ref _count);
    }

    // Each sweep looks at no more entries than have been added since the one before, or than it leaves.
    private void SweepSometimes()
    {
        if (Interlocked.Increment(ref _added) < Volatile.Read(ref _nextSweep)) return;
        Interlocked.Exchange(ref _added, 0);
        foreach (var entry in _completions)
            if (!entry.Value.TryGetTarget(out _)) Remove(entry);
        Volatile.Write(ref _nextSweep, Math.Max(SmallestSweep, Count));
    }

    // Ids are told apart as a whole, and found by their numbers.
    private sealed class ByNumber : IEqualityComparer<TaskId>, IAlternateEqualityComparer<long, TaskId>
    {
        public static readonly ByNumber Instance = new();

        public bool Equals(TaskId x, TaskId y) => x == y;

        public int GetHashCode(TaskId obj) => obj.Sequence.GetHashCode();

        public bool Equals(long alternate, TaskId other) => alternate == other.Sequence;

        public int GetHashCode(long alternate) => alternate.GetHashCode();

        public TaskId Create(long alternate) => new(0, alternate, 0);
    }
}
