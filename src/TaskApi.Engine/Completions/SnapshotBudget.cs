using TaskApi.Engine.Model;

namespace TaskApi.Engine.Completions;

/// <summary>How many bytes of snapshots one wait keeps, so that it needn't look the tasks up again. Thread-safe.</summary>
/// <param name="bytes">What it has from the start.</param>
/// <param name="tryGrow">Asked for more when that is taken; false if there is none.</param>
internal sealed class SnapshotBudget(long bytes, Func<long, bool> tryGrow)
{
    /// <summary>By how many bytes it grows at a time, or by as many as a task takes that is longer.</summary>
    public const int Step = 32 << 10;

    private long _left = bytes;

    /// <summary>Takes room for a task; false if there is none.</summary>
    public bool TryTake(TaskSnapshot task)
    {
        var weight = task.Weight;
        if (Interlocked.Add(ref _left, -weight) >= 0) return true;
        var step = Math.Max(Step, weight);
        if (tryGrow(step))
        {
            Interlocked.Add(ref _left, step);
            return true;
        }

        GiveBack(task);
        return false;
    }

    /// <summary>Gives the room of a task back.</summary>
    public void GiveBack(TaskSnapshot task) => Interlocked.Add(ref _left, task.Weight);
}
