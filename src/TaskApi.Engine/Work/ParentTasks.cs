using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Work;

/// <summary>
/// Finds out what became of the tasks that those of one type have waited for. Each is kept once, however many attempts hold it, as long as one of these
/// runs; and all together take no more than they may. For one who finds; whoever has held may let go at any time.
/// </summary>
/// <param name="queries">The storage.</param>
/// <param name="mostBytes">How many bytes they may take.</param>
internal sealed class ParentTasks(ITaskQueries queries, long mostBytes)
{
    // Results may be long: no more are read before it is seen how long they are, and one alone where they are.
    private const int AtOnce = 16;
    private const long Long = 64 << 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, ParentResult> _kept = [];
    private TaskCompletionSource? _room;
    private long _bytes;

    /// <summary>Those that a task has waited for, to be held by its attempt.</summary>
    /// <returns>Null if there is no room for them until another attempt ends.</returns>
    public async ValueTask<HeldParents?> FindAsync(TaskSnapshot task)
    {
        if (task.Work?.After is not { Ids: var ids }) return HeldParents.None;
        var held = new HeldParents(ids);
        try
        {
            for (var (start, count, end) = (0, 1, 0); start < ids.Count; start = end, count = held.Weight / end > Long ? 1 : Math.Min(AtOnce, count * 2))
            {
                end = Math.Min(ids.Count, start + count);
                var unknown = Hold(held, start, end);
                if (unknown.Count == 0) continue;
                Keep(unknown, await queries.FindManyAsync(task.Owner, unknown, CancellationToken.None));
                Hold(held, start, end);
                if (IsFull(held, out var refused)) return refused;
            }
        }
        catch
        {
            lock (_gate) LetGo(held);
            throw;
        }

        return held;
    }

    /// <summary>An attempt needs them no more.</summary>
    public void Release(HeldParents held)
    {
        if (held.All.Length == 0) return;
        TaskCompletionSource? room;
        lock (_gate)
        {
            LetGo(held);
            (room, _room) = (_room, null);
        }

        room?.SetResult();
    }

    /// <summary>Completes when an attempt has ended since there was no room.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate) return _room?.Task ?? Task.CompletedTask;
    }

    // Answers those that have to be looked up.
    private List<Guid> Hold(HeldParents held, int start, int end)
    {
        var unknown = new List<Guid>();
        lock (_gate)
        {
            for (var i = start; i < end; i++)
            {
                if (held.All[i] is not null) continue;
                if (_kept.TryGetValue(held.Ids[i], out var parent)) held.Take(i, parent);
                else unknown.Add(held.Ids[i]);
            }
        }

        return unknown;
    }

    private void Keep(List<Guid> ids, TaskSnapshot?[] found)
    {
        lock (_gate)
        {
            for (var i = 0; i < found.Length; i++)
            {
                var parent = new ParentResult(ids[i], found[i]);
                if (_kept.TryAdd(parent.Id, parent)) _bytes += parent.Weight;
            }
        }
    }

    // What would be too much by itself has nothing to wait for: who needs it is told so when he asks.
    private bool IsFull(HeldParents held, out HeldParents? refused)
    {
        lock (_gate)
        {
            refused = null;
            if (_bytes <= mostBytes) return false;
            if (held.Weight >= _bytes) refused = HeldParents.TooLarge(mostBytes);
            else _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            LetGo(held);
            return true;
        }
    }

    private void LetGo(HeldParents held)
    {
        foreach (var parent in held.All)
        {
            if (parent is null || --parent.Holders > 0) continue;
            _kept.Remove(parent.Id);
            _bytes -= parent.Weight;
        }
    }
}
