namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// Of which progress events tell: four times a second a task at the most, and always of the last. All progress is on disk; only what is told of it waits
/// here. For the writer alone.
/// </summary>
internal sealed class ProgressPacer
{
    // In milliseconds.
    private const int Pause = 250;

    private const int LeastRoom = 1000;

    private readonly Dictionary<long, (long NextAt, bool Owes)> _tasks = [];

    // As they were before the transaction that is under way.
    private readonly Dictionary<long, (long NextAt, bool Owes)?> _before = [];
    private int _room = LeastRoom;

    /// <summary>When something is to be told of next, on the retention clock; <see cref="long.MaxValue"/>: never.</summary>
    public long Next { get; private set; } = long.MaxValue;

    /// <summary>True if progress of a task is to be told of now; otherwise later.</summary>
    public bool Tell(long sequence, long now)
    {
        if (!_tasks.TryGetValue(sequence, out var task) || task.NextAt <= now)
        {
            if (_tasks.Count >= _room) Tidy(now);
            Change(sequence, (now + Pause, false));
            return true;
        }

        Change(sequence, task with { Owes = true });
        Next = Math.Min(Next, task.NextAt);
        return false;
    }

    /// <summary>The attempt is over. True if there was something to tell of yet.</summary>
    public bool End(long sequence)
    {
        if (!_tasks.TryGetValue(sequence, out var task)) return false;
        Change(sequence, after: null);
        return task.Owes;
    }

    /// <summary>What is to be told of now; that is noted as told.</summary>
    public List<long> Take(long now)
    {
        var due = new List<long>();
        if (Next > now) return due;
        Next = long.MaxValue;
        foreach (var (sequence, (nextAt, owes)) in _tasks)
        {
            if (!owes) continue;
            if (nextAt <= now) due.Add(sequence);
            else Next = Math.Min(Next, nextAt);
        }

        foreach (var sequence in due) Change(sequence, (now + Pause, false));
        return due;
    }

    /// <summary>What was to be told is on disk, and told.</summary>
    public void Commit() => _before.Clear();

    /// <summary>Nothing of it has been told: what was owed before still is.</summary>
    public void Rollback()
    {
        foreach (var (sequence, before) in _before)
        {
            if (before is { } known) _tasks[sequence] = known;
            else _tasks.Remove(sequence);
            if (before is { Owes: true, NextAt: var nextAt }) Next = Math.Min(Next, nextAt);
        }

        _before.Clear();
    }

    private void Change(long sequence, (long NextAt, bool Owes)? after)
    {
        _before.TryAdd(sequence, _tasks.TryGetValue(sequence, out var before) ? before : null);
        if (after is { } changed) _tasks[sequence] = changed;
        else _tasks.Remove(sequence);
    }

    // Where other processes share the tasks, an attempt may have ended there. What could be told of at once is as good as unknown.
    private void Tidy(long now)
    {
        foreach (var (sequence, (nextAt, owes)) in _tasks)
            if (!owes && nextAt <= now) _tasks.Remove(sequence);
        _room = Math.Max(LeastRoom, 2 * _tasks.Count);
    }
}
