using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>How much there is of everything, and how much there may be. Used under the storage's lock.</summary>
/// <param name="options">The bounds.</param>
internal sealed class TaskCapacity(TaskOptions options)
{
    /// <summary>How many tasks are not done, those included for which there is room reserved.</summary>
    public int Unfinished { get; private set; }

    /// <summary>How many of them are running.</summary>
    public int Running { get; private set; }

    /// <summary>What the tasks take of the memory, by <see cref="TaskWeight"/>.</summary>
    public long Bytes { get; set; }

    /// <summary>True if they take as much as they may.</summary>
    public bool IsFull => Bytes >= options.MaxTaskBytes;

    /// <summary>
    /// True if gathers may have their lists. Work that has begun may end, also where nothing new is taken any more; but lists can be many times as long as what
    /// was asked for with them.
    /// </summary>
    public bool HasRoomForLists => Bytes <= options.MaxTaskBytes + (options.MaxTaskBytes / 8);

    /// <summary>True once nothing new is taken.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Completed when nothing is left to wait for; null if nobody wants to know.</summary>
    public TaskCompletionSource? Emptied { get; set; }

    /// <summary>Completed when nothing runs any more; null if nobody wants to know.</summary>
    public TaskCompletionSource? Stopped { get; set; }

    /// <summary>Makes room for so many tasks, which from then on count as pending ones.</summary>
    /// <param name="count">How many.</param>
    /// <param name="bytes">What they will hold of others.</param>
    /// <returns>Why there is none; null if there is.</returns>
    public AnswerStatus? Reserve(int count, long bytes = 0)
    {
        if (IsClosed) return AnswerStatus.ShuttingDown;
        if (count > options.MaxPending - Unfinished || IsFull || Bytes + bytes > options.MaxTaskBytes) return AnswerStatus.CapacityReached;
        Take(count);
        return null;
    }

    /// <summary>Counts so many tasks as pending ones, whether there is room for them or not.</summary>
    public void Take(int count) => Unfinished += count;

    /// <summary>Gives back room that was made for so many tasks.</summary>
    public void GiveBack(int count)
    {
        if ((Unfinished -= count) == 0) Emptied?.TrySetResult();
    }

    /// <summary>A task has come to its final state.</summary>
    public void CountFinish()
    {
        if (--Unfinished == 0) Emptied?.TrySetResult();
    }

    /// <summary>A task has gone from one state to another.</summary>
    public void CountRunning(TaskState from, TaskState to)
    {
        if (to == TaskState.Running) Running++;
        if (from == TaskState.Running && --Running == 0) Stopped?.TrySetResult();
    }
}
