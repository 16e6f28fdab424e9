using TaskApi.Engine.Model;

namespace TaskApi.Engine.Events;

/// <summary>What happened to a task.</summary>
internal enum TaskEventKind
{
    Created,
    Completed,
    Cancelled,
    Failed,
    Rescheduled,

    /// <summary>An attempt has begun.</summary>
    Started,

    /// <summary>The coroutine has told how far it has come.</summary>
    Progress,

    /// <summary>The attempt is over, and the task pending again: after an error, a loss or a release.</summary>
    Retrying,

    /// <summary>A running task has been asked to end.</summary>
    Cancelling,
}

/// <summary>What can be said of kinds of events.</summary>
internal static class TaskEventKindExtensions
{
    /// <summary>True if the task has come to its final state.</summary>
    public static bool IsFinal(this TaskEventKind kind) => kind is TaskEventKind.Completed or TaskEventKind.Cancelled or TaskEventKind.Failed;

    /// <summary>What happens to a task that comes to a final state.</summary>
    public static TaskEventKind ToEventKind(this TaskState state) => state switch
    {
        TaskState.Completed => TaskEventKind.Completed,
        TaskState.Cancelled => TaskEventKind.Cancelled,
        TaskState.Failed => TaskEventKind.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "The state is not final."),
    };
}

/// <summary>One event.</summary>
/// <param name="Sequence">Its number, one more than the previous event's.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Task">The task just after it.</param>
/// <param name="AttemptError">The attempt's error, for <see cref="TaskEventKind.Retrying"/>; null if it had none.</param>
internal sealed record TaskEvent(long Sequence, TaskEventKind Kind, TaskSnapshot Task, TaskError? AttemptError = null)
{
    /// <summary>The event as a reader has put it, kept so that a thousand readers do so once. Any reader may set it; all make the same.</summary>
    public byte[]? Rendered { get; set; }
}

/// <summary>
/// A bounded ring of the latest events, shared by all readers: each reads at its own pace by sequence number, so a slow one
/// holds nothing up, and one that falls behind the ring is told what it missed. Appending is O(1) whoever reads; while nobody
/// has read for ten minutes events are only numbered, which allocates nothing. Thread-safe; appended to under the storage's lock.
/// </summary>
/// <remarks>Numbers begin at the microseconds of the start, so they also increase from one run to the next.</remarks>
/// <param name="capacity">How many events are kept.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="isNumberedElsewhere">True if somebody else numbers the events: <see cref="GoTo"/> has to come first.</param>
internal sealed class TaskEventLog(int capacity, TimeProvider timeProvider, bool isNumberedElsewhere = false)
{
    private static readonly TimeSpan _resumable = TimeSpan.FromMinutes(10);

    private readonly TaskEvent?[] _ring = new TaskEvent?[capacity];
    private readonly Lock _gate = new();
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last = isNumberedElsewhere ? 0 : timeProvider.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    private int _readers;
    private long _leftAt;
    private bool _everRead;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider => timeProvider;

    /// <summary>How many events are kept.</summary>
    public int Capacity => capacity;

    /// <summary>The number of the latest event.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>How many readers there are.</summary>
    public int Readers => Volatile.Read(ref _readers);

    /// <summary>True while there are readers, or were a short time ago: the events themselves are wanted.</summary>
    public bool IsRecording => Readers > 0 || (_everRead && timeProvider.GetElapsedTime(Volatile.Read(ref _leftAt)) < _resumable);

    /// <summary>Adds an event that is wanted.</summary>
    public void Append(TaskEventKind kind, TaskSnapshot task, TaskError? attemptError = null)
    {
        var number = _last + 1;
        Volatile.Write(ref _ring[number % capacity], new TaskEvent(number, kind, task, attemptError));
        Volatile.Write(ref _last, number);
    }

    /// <summary>Numbers an event that nobody wants.</summary>
    public void Skip() => Volatile.Write(ref _last, _last + 1);

    /// <summary>Goes on after this number: what lies between has happened, but is not known here, and readers are told of a gap. Does nothing if it is not ahead.</summary>
    public void GoTo(long last)
    {
        if (last > _last) Volatile.Write(ref _last, last);
    }

    /// <summary>The event with this number, or null if the ring no longer has it, or never had.</summary>
    public TaskEvent? Find(long number) => Volatile.Read(ref _ring[number % capacity]) is { } found && found.Sequence == number ? found : null;

    /// <summary>The oldest number that the ring may still have.</summary>
    public long Oldest => Math.Max(Last - capacity + 1, 0);

    /// <summary>Begins to read.</summary>
    /// <param name="after">The last event that the reader has seen; null to begin with the next one.</param>
    public TaskEventReader Open(long? after)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _readers);
            _everRead = true;
        }

        return new TaskEventReader(this, after);
    }

    /// <summary>A reader has left.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            Volatile.Write(ref _leftAt, timeProvider.GetTimestamp());
            Interlocked.Decrement(ref _readers);
        }
    }

    /// <summary>Completes when the next events have been appended.</summary>
    internal Task Appended => Volatile.Read(ref _appended).Task;

    /// <summary>Wakes the readers that wait. Called after appending, outside of the storage's lock.</summary>
    internal void WakeReaders()
    {
        if (Readers == 0) return;
        Interlocked.Exchange(ref _appended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
