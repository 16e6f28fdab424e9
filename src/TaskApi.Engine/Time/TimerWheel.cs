namespace TaskApi.Engine.Time;

/// <summary>A timer's place in a list of the wheel, and the tick it is armed for. <see cref="Next"/> is 0 outside of any list.</summary>
internal struct WheelNode
{
    public long Next;
    public long Previous;
    public long Tick;
}

/// <summary>Where the wheel's nodes live. Handles are positive.</summary>
internal interface IWheelNodes
{
    ref WheelNode this[long handle] { get; }
}

/// <summary>
/// A hierarchical timing wheel (Varghese and Lauck, 1987): six levels of slots, a slot of level k being 64^k ticks wide, so
/// that arming and disarming cost O(1) whatever the number of timers. Not thread-safe.
/// </summary>
/// <remarks>
/// In the classic wheel a slot of a higher level is spread over the level below at the instant it begins, all at once: with
/// millions of timers a pause of many milliseconds. Here each level is a ring of 128 slots, twice as many as a slot of the next
/// level spans, so that a slot can be spread while the one before it is still running, a few timers at a time.
/// Timers of the same tick come out in the order in which they were armed: a slot is spread from its end, each timer to the
/// front, because whatever else is in the slot below was armed later.
/// </remarks>
/// <param name="nodes">Where the nodes live.</param>
internal sealed class TimerWheel<TNodes>(TNodes nodes) where TNodes : struct, IWheelNodes
{
    /// <summary>How many timers one step moves to a lower level at the most.</summary>
    private const int SpreadPerStep = 256;

    private const int Levels = 6;
    private const int Bits = 6;
    private const int Ring = 128;

    // How many slots of a level lie ahead of the present one at the most; of the highest that is four years.
    private const int Farthest = Ring - 1;

    private readonly WheelNode[] _heads = CreateHeads();
    private readonly UInt128[] _occupied = new UInt128[Levels];
    private long _tick;

    /// <summary>How many timers are armed.</summary>
    public int Count { get; private set; }

    /// <summary>No timer comes due, and nothing else is to be done, before this tick.</summary>
    public long NextTick { get; private set; } = long.MaxValue;

    /// <summary>Arms a timer that is not armed.</summary>
    /// <param name="handle">Positive.</param>
    /// <param name="tick">When it comes due; one in the past means now.</param>
    /// <param name="now">The present tick.</param>
    public void Arm(long handle, long tick, long now)
    {
        if (now > _tick && now < NextTick) _tick = now;
        nodes[handle].Tick = tick;
        Count++;
        var level = LevelOf(Math.Max(tick, _tick));
        var slot = Insert(handle, level, atFront: false);
        NextTick = Math.Min(NextTick, level == 0 ? slot : SpreadTick(level, slot));
    }

    /// <summary>Disarms a timer; does nothing if it is not armed.</summary>
    public void Disarm(long handle)
    {
        if (nodes[handle].Next == 0) return;
        Remove(handle);
        Count--;
    }

    /// <summary>Does a bounded amount of work: takes timers that are due at <paramref name="now"/>, in due order, or spreads a slot.</summary>
    /// <param name="now">The present tick.</param>
    /// <param name="due">Receives the handles of timers that came due and are no longer armed.</param>
    /// <param name="count">How many.</param>
    /// <returns>True if there is more to do at <paramref name="now"/>.</returns>
    public bool Step(long now, Span<long> due, out int count)
    {
        count = 0;
        while (true)
        {
            if (IsOwed())
            {
                Spread();
                return true;
            }

            TakeSlot(due, ref count);
            if (count == due.Length) return true;
            var stop = NextStop();
            if (stop > now) break;
            _tick = stop;
        }

        // Nothing is due. The time until something is goes to the slots that can be spread already.
        _tick = Math.Max(_tick, now);
        var more = count > 0 || Spread();
        NextTick = more ? now : NextStop();
        return more;
    }

    private static WheelNode[] CreateHeads()
    {
        var heads = new WheelNode[Levels * Ring];
        for (var i = 0; i < heads.Length; i++) heads[i].Next = heads[i].Previous = ~i;
        return heads;
    }

    private ref WheelNode Node(long handle)
    {
        if (handle < 0) return ref _heads[~handle];
        return ref nodes[handle];
    }

    private long Position(int level) => _tick >> (Bits * level);

    // The lowest level at which the present slot of the level above, or its successor, holds the tick.
    private int LevelOf(long tick)
    {
        for (var level = 0; level < Levels - 1; level++)
            if ((tick >> (Bits * (level + 1))) - Position(level + 1) <= 1) return level;
        return Levels - 1;
    }

    // A slot can be spread over the level below from the beginning of the slot before it.
    private static long SpreadTick(int level, long slot) => (slot - 1) << (Bits * level);

    // Answers the slot. What is too far away for the highest level waits in its farthest slot, and is put farther when that is spread.
    private long Insert(long handle, int level, bool atFront)
    {
        ref var node = ref nodes[handle];
        var slot = Math.Min(Math.Max(node.Tick, _tick) >> (Bits * level), Position(level) + Farthest);
        var index = (int)(slot & (Ring - 1));
        var head = ~(long)((level * Ring) + index);
        var before = atFront ? head : _heads[~head].Previous;
        var after = atFront ? _heads[~head].Next : head;
        node.Previous = before;
        node.Next = after;
        Node(before).Next = handle;
        Node(after).Previous = handle;
        _occupied[level] |= UInt128.One << index;
        return slot;
    }

    private void Remove(long handle)
    {
        ref var node = ref nodes[handle];
        var (before, after) = (node.Previous, node.Next);
        node.Next = node.Previous = 0;
        Node(before).Next = after;
        Node(after).Previous = before;
        if (before == after) ClearOccupied((int)~before);
    }

    private void ClearOccupied(int head) => _occupied[head / Ring] &= ~(UInt128.One << (head % Ring));

    private void TakeSlot(Span<long> due, ref int count)
    {
        ref var head = ref _heads[(int)(_tick & (Ring - 1))];
        while (head.Next > 0 && count < due.Length)
        {
            due[count] = head.Next;
            Remove(due[count++]);
            Count--;
        }
    }

    // True if the present slot of a higher level is still to be spread: its timers may be due now.
    private bool IsOwed()
    {
        for (var level = 1; level < Levels; level++)
            if (IsOccupied(level, Position(level))) return true;
        return false;
    }

    private bool IsOccupied(int level, long slot) => (_occupied[level] >> (int)(slot & (Ring - 1)) & UInt128.One) != 0;

    // Spreads a part of the most urgent slot, from the top down, so that what falls through several levels does so in turn.
    private bool Spread()
    {
        for (var ahead = 0; ahead <= 1; ahead++)
        {
            for (var level = Levels - 1; level >= 1; level--)
            {
                if (!IsOccupied(level, Position(level) + ahead)) continue;
                SpreadSlot(level, (int)((Position(level) + ahead) & (Ring - 1)));
                return true;
            }
        }

        return false;
    }

    private void SpreadSlot(int level, int index)
    {
        ref var head = ref _heads[(level * Ring) + index];
        for (var i = 0; i < SpreadPerStep && head.Previous > 0; i++)
        {
            var handle = head.Previous;
            Remove(handle);
            var isFar = (nodes[handle].Tick >> (Bits * level)) - Position(level) > 1;
            Insert(handle, isFar ? level : level - 1, atFront: true);
        }
    }

    // The next tick at which something is due, or can be spread, or has to be.
    private long NextStop()
    {
        var stop = FirstOccupied(0, _tick, out var slot) ? slot : long.MaxValue;
        for (var level = 1; level < Levels; level++)
        {
            if (!FirstOccupied(level, Position(level) + 1, out slot)) continue;
            var spread = SpreadTick(level, slot);
            stop = Math.Min(stop, spread > _tick ? spread : slot << (Bits * level));
        }

        return stop;
    }

    private bool FirstOccupied(int level, long from, out long slot)
    {
        var index = (int)(from & (Ring - 1));
        var turned = UInt128.RotateRight(_occupied[level], index);
        slot = from + (long)UInt128.TrailingZeroCount(turned);
        return turned != 0;
    }
}
