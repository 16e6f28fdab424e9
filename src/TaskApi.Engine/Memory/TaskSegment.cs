using System.Runtime.CompilerServices;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>
/// 4,096 tasks with consecutive sequence numbers, and their text. Places are never used twice, so a reader without a lock
/// can't mistake one task for another; the segment goes as a whole when its last task is forgotten. When most of its tasks
/// are gone, the few that are left move to a smaller store, so that a long-lived task doesn't hold the memory of its
/// short-lived neighbours. Written under the storage's lock; read without.
/// </summary>
/// <param name="first">The sequence number of the first place.</param>
/// <param name="used">How many places at the start are not to be used.</param>
internal sealed class TaskSegment(long first, int used)
{
    /// <summary>Sequence numbers per segment, as a power of two.</summary>
    public const int SizeBits = 12;

    private const int Size = 1 << SizeBits;
    private const int SmallestStore = 16;

    private readonly int[] _countByState = new int[TaskStates.Count];
    private volatile SegmentStore _store = new(Size, places: null);
    private int _used = used;
    private int _live;

    /// <summary>No task is left here and none will come.</summary>
    public bool IsSpent => _used == Size && _live == 0;

    /// <summary>How many of the segment's tasks are in a state.</summary>
    public int CountOf(TaskState state) => Volatile.Read(ref _countByState[(int)state]);

    /// <summary>True once there has been a task with work here.</summary>
    public bool HasWork { get; private set; }

    /// <summary>How many tasks the segment holds.</summary>
    public int Count => Volatile.Read(ref _live);

    /// <summary>Takes the next place, which must be <paramref name="sequence"/>, for a task with this message; it is seen once published.</summary>
    public ref TaskEntry Add(long sequence, string message, TaskExtras? extras)
    {
        ref var entry = ref Add(sequence, extras);
        (entry.TextOffset, entry.TextLength) = _store.AddText(message);
        return ref entry;
    }

    /// <summary>The same for a task with work; <paramref name="input"/> is its input, if that is short.</summary>
    public ref TaskEntry Add(long sequence, ReadOnlySpan<byte> input, WorkState work)
    {
        ref var entry = ref Add(sequence, work);
        HasWork = true;
        if (input.Length > 0) (entry.TextOffset, entry.TextLength) = _store.AddText(input);
        return ref entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TaskEntry Add(long sequence, TaskExtras? extras)
    {
        _used++;
        _live++;
        _countByState[(int)TaskState.Pending]++;
        var place = (int)(sequence - first);
        if (extras is not null) _store.SetExtras(place, extras);
        return ref _store.Entries[place];
    }

    /// <summary>The entry of a task that is here. The reference is good until the next <see cref="Forget"/> of any task.</summary>
    public ref TaskEntry Entry(long sequence)
    {
        var store = _store;
        return ref store.Entries[store.IndexOf((int)(sequence - first))];
    }

    /// <summary>What the task has besides its entry, or null.</summary>
    public TaskExtras? Extras(long sequence) => _store.Extras(_store.IndexOf((int)(sequence - first)));

    /// <summary>The same of a task that may have been forgotten.</summary>
    public TaskExtras? FindExtras(long sequence)
    {
        var store = _store;
        var index = store.IndexOf((int)(sequence - first));
        return index < 0 ? null : store.Extras(index);
    }

    /// <summary>The same, made if there is none yet.</summary>
    public TaskExtras EnsureExtras(long sequence)
    {
        var index = _store.IndexOf((int)(sequence - first));
        if (_store.Extras(index) is { } present) return present;
        var extras = new TaskExtras();
        _store.SetExtras(index, extras);
        return extras;
    }

    /// <summary>Drops what a finished task has besides its entry, if there is nothing in it any more.</summary>
    public void TrimExtras(long sequence)
    {
        var index = _store.IndexOf((int)(sequence - first));
        if (_store.Extras(index) is { IsEmpty: true }) _store.ClearExtras(index);
    }

    /// <summary>Counts a task's transition.</summary>
    public void CountTransition(TaskState from, TaskState to)
    {
        _countByState[(int)from]--;
        _countByState[(int)to]++;
    }

    /// <summary>Forgets a finished task.</summary>
    public void Forget(long sequence)
    {
        var index = _store.IndexOf((int)(sequence - first));
        ref var entry = ref _store.Entries[index];
        _countByState[(int)entry.Outcome.State]--;
        // A change like others: who is reading the task just now looks again, and finds nothing, rather than a task without its name.
        entry.BeginChange();
        entry.Forget();
        _store.ClearExtras(index);
        entry.EndChange();
        _live--;
        if (_used == Size && _live > 0 && _live * 4 <= _store.Entries.Length && _store.Entries.Length > SmallestStore)
            _store = _store.Shrink(_live);
    }

    /// <summary>
    /// Reads a task as it was at one instant. No lock: a reader that meets a change half made looks again, and one that still has
    /// the store that was replaced sees what was true when it began.
    /// </summary>
    /// <returns>False if there is no such task.</returns>
    public bool TryRead(long sequence, out TaskView view)
    {
        var store = _store;
        var index = store.IndexOf((int)(sequence - first));
        view = default;
        if (index < 0 || !store.Entries[index].IsPublished) return false;
        ref var place = ref store.Entries[index];
        var spin = default(SpinWait);
        while (true)
        {
            var version = place.Version;
            view.Outcome = place.Outcome;
            if (view.Outcome.IsForgotten) return false;
            view.Extras = store.Extras(index);
            view.Entry = place;
            if (view.Extras is WorkState work) (view.Message, view.Work) = ("", work.Capture(store.Memory(view.Entry.TextOffset, view.Entry.TextLength), view.Outcome.State));
            else view.Message = view.Extras?.Message ?? store.Text(view.Entry.TextOffset, view.Entry.TextLength);
            Volatile.ReadBarrier();
            if ((version & 1) == 0 && place.Version == version) return true;
            spin.SpinOnce();
        }
    }

    /// <summary>True if the task with exactly this id is here, and its owner's (null: anybody's). What is compared never changes.</summary>
    public bool Has(TaskId id, int? owner)
    {
        var store = _store;
        var index = store.IndexOf((int)(id.Sequence - first));
        if (index < 0 || !store.Entries[index].IsPublished) return false;
        ref var entry = ref store.Entries[index];
        return !entry.Outcome.IsForgotten && (owner is null || entry.Owner == owner) && entry.IdTime == id.Time && entry.Nonce == id.Nonce;
    }

    /// <summary>The time in the id of the task that has, or had, this place; false if that isn't known any more, or not yet. It never changes.</summary>
    public bool TryTime(long sequence, out long idTime)
    {
        var store = _store;
        var index = store.IndexOf((int)(sequence - first));
        var isKnown = index >= 0 && store.Entries[index].IsPublished;
        idTime = isKnown ? store.Entries[index].IdTime : 0;
        return isKnown;
    }

    /// <summary>When a task comes due, in Unix milliseconds, as a reader without the lock sees it; false if there is none.</summary>
    public bool TryDue(long sequence, out long dueAt)
    {
        var store = _store;
        var index = store.IndexOf((int)(sequence - first));
        var isThere = index >= 0 && store.Entries[index].IsPublished;
        dueAt = isThere ? Volatile.Read(ref store.Entries[index].DueAt) : 0;
        return isThere;
    }

    /// <summary>How a task stands and whose it is.</summary>
    /// <returns>False if there is no such task.</returns>
    public bool TryPeek(long sequence, out TaskOutcome outcome, out int owner)
    {
        var store = _store;
        var index = store.IndexOf((int)(sequence - first));
        (outcome, owner) = (default, 0);
        if (index < 0 || !store.Entries[index].IsPublished) return false;
        (outcome, owner) = (store.Entries[index].Outcome, store.Entries[index].Owner);
        return !outcome.IsForgotten;
    }

    /// <summary>The first task from this place on that is here; the place after the last if there is none. Under the storage's lock.</summary>
    public long Next(long sequence)
    {
        var store = _store;
        for (var index = store.IndexFrom((int)(sequence - first)); index < store.Entries.Length; index++)
            if (store.Entries[index].IsPublished && !store.Entries[index].Outcome.IsForgotten) return first + store.PlaceOf(index);
        return first + Size;
    }

    /// <summary>The short input of a task with work that is here.</summary>
    public ReadOnlyMemory<byte> Input(in TaskEntry entry) => _store.Memory(entry.TextOffset, entry.TextLength);

    /// <summary>The message of a task that is here. Under the storage's lock.</summary>
    public string Message(in TaskEntry entry, TaskExtras? extras) => extras?.Message ?? _store.Text(entry.TextOffset, entry.TextLength);
}
