using System.Runtime.CompilerServices;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api;

/// <summary>
/// The tasks of an answer, in order: their ids, how they stand, and of as many as there is room for what they looked like. The others are
/// looked up again, a few at a time, when the answer is written, so that ten thousand long tasks take no more than their ids. For one caller at a time.
/// </summary>
/// <param name="queries">Looks them up.</param>
/// <param name="owner">Whose they are.</param>
/// <param name="room">For those that are kept.</param>
internal sealed class ResponseTasks(ITaskQueries queries, string owner, SnapshotBudget room)
{
    // An id, a state, and what a wait has beside them: measured, and rounded up.
    private const int BytesPerTask = 176;

    // What is kept in any case: some tasks of usual length.
    private const int RoomPerTask = 1 << 10;
    private const int MostRoom = 64 << 10;

    // Looked up at once: as many as make about two chunks of an answer, beginning with few, for they may be long.
    private const int FewAtOnce = 4;
    private const int ManyAtOnce = 256;

    private readonly List<Guid> _ids = [];
    private readonly List<TaskState> _states = [];
    private readonly List<TaskSnapshot?> _kept = [];

    /// <summary>How many there are.</summary>
    public int Count => _ids.Count;

    /// <summary>True if none needs to be looked up again.</summary>
    public bool AreAllKept => _kept.TrueForAll(static task => task is not null);

    /// <summary>What so many take of the memory for calls, in bytes.</summary>
    public static long Weigh(int count) => Room(count) + ((long)BytesPerTask * count);

    /// <summary>Room for so many tasks of a call, which grows as long as calls take less than half of the memory that they may. May outlive the call, and then grows no more.</summary>
    public static SnapshotBudget RoomOf(HttpContext context, int count)
    {
        // Now: a task may be told to the wait just when the call has ended, and its context is another's or nobody's.
        var held = CallMemoryLease.Of(context);
        return new(Room(count), held.TryGrow);
    }

    private static long Room(int count) => Math.Min(MostRoom, (long)RoomPerTask * count);

    /// <summary>The id of a task.</summary>
    public Guid Id(int index) => _ids[index];

    /// <summary>How a task stood when it was last seen, for who awaits it.</summary>
    public TaskState State(int index) => _states[index];

    /// <summary>A task if it is kept, else null.</summary>
    public TaskSnapshot? Kept(int index) => _kept[index];

    /// <summary>Adds a task: kept if there is room, unless it is only to be looked up later.</summary>
    public void Add(TaskSnapshot task, bool keep)
    {
        _ids.Add(task.Id);
        _states.Add(task.AwaitedState);
        _kept.Add(keep && room.TryTake(task) ? task : null);
    }

    /// <summary>Notes how a task stands now, and keeps it if there is room.</summary>
    public void Note(int index, TaskState state, TaskSnapshot? task)
    {
        if (_kept[index] is { } old) room.GiveBack(old);
        _states[index] = state;
        _kept[index] = task is not null && room.TryTake(task) ? task : null;
    }

    /// <summary>The same of one that can't be looked up again.</summary>
    public void NoteLast(int index, TaskSnapshot task)
    {
        Note(index, task.AwaitedState, task: null);
        _kept[index] = task;
    }

    /// <summary>A task: as it was seen or, if it was not kept, as it is now; null if it has been forgotten meanwhile.</summary>
    public async ValueTask<TaskSnapshot?> FindAsync(int index, CancellationToken cancellationToken) =>
        _kept[index] ?? (await queries.FindAsync(owner, _ids[index], cancellationToken)).Task;

    /// <summary>Tasks, as <see cref="FindAsync"/> has them, one after the other.</summary>
    /// <param name="order">Which, and in which order; null for all in theirs.</param>
    /// <param name="cancellationToken">Given up.</param>
    public async IAsyncEnumerable<(int Index, TaskSnapshot? Task)> ReadAsync(IReadOnlyList<int>? order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = order?.Count ?? Count;
        var missing = new List<Guid>();
        var atOnce = FewAtOnce;
        for (var (start, end) = (0, 0); start < count; start = end)
        {
            end = Math.Min(count, start + atOnce);
            missing.Clear();
            for (var i = start; i < end; i++)
            {
                var index = order?[i] ?? i;
                if (_kept[index] is null) missing.Add(_ids[index]);
            }

            var found = missing.Count == 0 ? [] : await queries.FindManyAsync(owner, missing, cancellationToken);
            var (next, weight) = (0, 0L);
            for (var i = start; i < end; i++)
            {
                var index = order?[i] ?? i;
                var task = _kept[index] ?? found[next++];
                weight += task?.Weight ?? 0;
                yield return (index, task);
            }

            atOnce = Math.Clamp((int)(atOnce * 2L * SendingExtensions.ChunkBytes / Math.Max(1, weight)), FewAtOnce, Math.Min(2 * atOnce, ManyAtOnce));
        }
    }
}
