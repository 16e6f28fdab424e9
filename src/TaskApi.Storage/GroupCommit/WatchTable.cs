using System.Collections.Concurrent;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The completions of tasks that somebody in this process waits for. Held weakly: what nobody waits for any more goes, so
/// memory follows the number of waits and not that of tasks. Thread-safe.
/// </summary>
internal sealed class WatchTable
{
    private const int SmallestSweep = 4096;

    private readonly ConcurrentDictionary<long, WeakReference<TaskCompletion>> _completions = new();
    private int _count;
    private int _added;
    private int _nextSweep = SmallestSweep;

    /// <summary>How many tasks are waited for, or were until a moment ago.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The completion of a task, shared by all who wait for it. To be taken before the look at the database that finds the task pending.</summary>
    public TaskCompletion Watch(long sequence)
    {
        while (true)
        {
            if (!_completions.TryGetValue(sequence, out var known))
            {
                var added = new TaskCompletion();
                if (!_completions.TryAdd(sequence, new WeakReference<TaskCompletion>(added))) continue;
                Interlocked.Increment(ref _count);
                SweepSometimes();
                return added;
            }

            if (known.TryGetTarget(out var completion)) return completion;
            Remove(KeyValuePair.Create(sequence, known));
        }
    }

    /// <summary>True if somebody waits for the task.</summary>
    public bool IsWatched(long sequence) => _completions.TryGetValue(sequence, out var known) && known.TryGetTarget(out _);

    /// <summary>The completion of a task; null if nobody waits for it.</summary>
    public TaskCompletion? Find(long sequence) => _completions.TryGetValue(sequence, out var known) && known.TryGetTarget(out var completion) ? completion : null;

    /// <summary>The tasks that somebody waits for: their numbers, and as they were when they were seen in the database; one that is just being created has not been.</summary>
    public List<(long Sequence, TaskSnapshot? Seen)> All()
    {
        var all = new List<(long Sequence, TaskSnapshot? Seen)>();
        foreach (var (sequence, known) in _completions)
            if (known.TryGetTarget(out var completion)) all.Add((sequence, completion.Seen));
        return all;
    }

    /// <summary>Takes the completion of a task that has finished; null if nobody waits for it.</summary>
    public TaskCompletion? Take(long sequence)
    {
        if (!_completions.TryRemove(sequence, out var known)) return null;
        Interlocked.Decrement(ref _count);
        return known.TryGetTarget(out var completion) ? completion : null;
    }

    private void Remove(KeyValuePair<long, WeakReference<TaskCompletion>> entry)
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
}
