using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>How much there is of everything, and how much there may be. Used under the storage's lock.</summary>
/// <param name="options">The bounds.</param>
internal sealed class TaskCapacity(TaskOptions options)
{
    /// <summary>How many tasks are pending, those included for which there is room reserved.</summary>
    public int Pending { get; private set; }

    /// <summary>What the tasks take of the memory, by <see cref="TaskWeight"/>.</summary>
    public long Bytes { get; set; }

    /// <summary>True if they take as much as they may.</summary>
    public bool IsFull => Bytes >= options.MaxTaskBytes;

    /// <summary>True once nothing new is taken.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Completed when nothing is pending any more; null if nobody wants to know.</summary>
    public TaskCompletionSource? Emptied { get; set; }

    /// <summary>Makes room for so many tasks, which from then on count as pending.</summary>
    /// <returns>Why there is none; null if there is.</returns>
    public AnswerStatus? Reserve(int count)
    {
        if (IsClosed) return AnswerStatus.ShuttingDown;
        if (count > options.MaxPending - Pending || IsFull) return AnswerStatus.CapacityReached;
        Pending += count;
        return null;
    }

    /// <summary>A pending task has come to its final state.</summary>
    public void CountFinish()
    {
        if (--Pending == 0) Emptied?.TrySetResult();
    }
}
