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
    private const long Gone = -1;

    private byte[]? _rendered;
    private long _bytes = Task.Weight;

    /// <summary>The event as a reader has put it, kept so that a thousand readers do so once; null if none has, or there is no room for it.</summary>
    public byte[]? Rendered => Volatile.Read(ref _rendered);

    /// <summary>What it takes of the memory, in bytes, as long as it is kept.</summary>
    public long Bytes => Math.Max(0, Volatile.Read(ref _bytes));

    /// <summary>Keeps it as a reader has put it; all readers make the same. False if it is kept so already, or not at all any more.</summary>
    public bool TryKeep(byte[] rendered)
    {
        if (Interlocked.CompareExchange(ref _rendered, rendered, null) is not null) return false;
        var bytes = Volatile.Read(ref _bytes);
        while (bytes != Gone)
        {
            var found = Interlocked.CompareExchange(ref _bytes, bytes + rendered.Length, bytes);
            if (found == bytes) return true;
            bytes = found;
        }

        return false;
    }

    /// <summary>It isn't kept any more. Answers what it took.</summary>
    public long Drop() => Interlocked.Exchange(ref _bytes, Gone);
}

/// <summary>
/// A ring of the latest events, bounded in number and in bytes, shared by all readers: each reads at its own pace by sequence number, so a slow one
/// holds nothing up, and one that falls behind the ring is told what it missed. Appending is O(1) whoever reads; while nobody
/// has read for ten minutes events are only numbered, which allocates nothing. Thread-safe; appended to under the storage's lock.
/// </summary>
/// <remarks>Numbers begin at the microseconds of the start, so they also increase from one run to the next.</remarks>
/// <param name="capacity">How many events are kept.</param>
/// <param name="maxBytes">How many bytes they may take, with what readers have made of them.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="isNumberedElsewhere">True if somebody else numbers the events: <see cref="GoTo"/> has to come first.</param>
internal sealed class TaskEventLog(int capacity, long maxBytes, TimeProvider timeProvider, bool isNumberedElsewhere = false)
{
    private static readonly TimeSpan _resumable = TimeSpan.FromMinutes(10);

    // The rest is for what readers make of the latest: it is made once for all of them only where it is kept.
    private readonly long _mostOfEvents = maxBytes - (maxBytes / 16);
    private readonly TaskEvent?[] _ring = new TaskEvent?[capacity];

    // Those in the ring, the oldest first.
    private readonly Queue<TaskEvent> _kept = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last = isNumberedElsewhere ? 0 : timeProvider.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    private long _bytes;
    private int _readers;
    private long _leftAt;
    private bool _everRead;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider => timeProvider;

    /// <summary>How many events are kept.</summary>
    public int Capacity => capacity;

    /// <summary>How many bytes they take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

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
        var happened = new TaskEvent(number, kind, task, attemptError);
        var bytes = Interlocked.Add(ref _bytes, happened.Bytes);
        // The latest is kept however large it is: those who read are about to.
        while (_kept.TryPeek(out var oldest) && (oldest.Sequence <= number - capacity || bytes > _mostOfEvents)) bytes = Drop(_kept.Dequeue());
        _kept.Enqueue(happened);
        Volatile.Write(ref _ring[number % capacity], happened);
        Volatile.Write(ref _last, number);
    }

    /// <summary>Keeps an event as a reader has put it, for the others, if there is room. Called without any lock.</summary>
    public void Keep(TaskEvent happened, byte[] rendered)
    {
        if (Bytes + rendered.Length <= maxBytes && happened.TryKeep(rendered)) Interlocked.Add(ref _bytes, rendered.Length);
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

    private long Drop(TaskEvent oldest)
    {
        Volatile.Write(ref _ring[oldest.Sequence % capacity], null);
        return Interlocked.Add(ref _bytes, -oldest.Drop());
    }
}
