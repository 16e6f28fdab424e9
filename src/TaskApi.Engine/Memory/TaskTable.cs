using System.Runtime.CompilerServices;

namespace TaskApi.Engine.Memory;

/// <summary>
/// All tasks in creation order: a directory of segments, indexed by sequence number. A look-up is three array accesses, a walk
/// skips what is empty a segment at a time. Written under the storage's lock; read without.
/// </summary>
internal sealed class TaskTable
{
    private const int BlockBits = 10;
    private const int SegmentMask = (1 << BlockBits) - 1;

    private volatile TaskSegment?[]?[] _blocks = [];
    private readonly List<int> _segmentsInBlock = [];
    private long _last;

    /// <summary>The sequence number of the newest task; 0 before the first.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>The segment of a task, or null if none of its tasks is left or it has had none yet.</summary>
    public TaskSegment? Segment(long sequence)
    {
        var blocks = _blocks;
        var index = sequence >> TaskSegment.SizeBits;
        var block = index >> BlockBits;
        return sequence > 0 && block < blocks.Length && blocks[block] is { } segments ? Volatile.Read(ref segments[index & SegmentMask]) : null;
    }

    /// <summary>The entry of a task that is there. The reference is good until the next <see cref="Forget"/> of any task.</summary>
    public ref TaskEntry Entry(long sequence) => ref Segment(sequence)!.Entry(sequence);

    /// <summary>Makes room for the next task, whose number is the next after <see cref="Last"/>. It is seen once its entry is published.</summary>
    public ref TaskEntry Add(string message, TaskExtras? extras)
    {
        var sequence = _last + 1;
        ref var entry = ref EnsureSegment(sequence).Add(sequence, message, extras);
        Volatile.Write(ref _last, sequence);
        return ref entry;
    }

    /// <summary>The same for a task with work; <paramref name="input"/> is its input, if that is short.</summary>
    public ref TaskEntry Add(ReadOnlySpan<byte> input, WorkState work)
    {
        ref var entry = ref EnsureSegment(work.Sequence).Add(work.Sequence, input, work);
        Volatile.Write(ref _last, work.Sequence);
        return ref entry;
    }

    /// <summary>Forgets a finished task.</summary>
    public void Forget(long sequence)
    {
        var segment = Segment(sequence)!;
        segment.Forget(sequence);
        if (!segment.IsSpent) return;
        var index = sequence >> TaskSegment.SizeBits;
        var block = (int)(index >> BlockBits);
        Volatile.Write(ref _blocks[block]![index & SegmentMask], null);
        if (--_segmentsInBlock[block] == 0 && block < _blocks.Length - 1) Volatile.Write(ref _blocks[block], null);
    }

    /// <summary>Copies the numbers of tasks that follow <paramref name="after"/> and may be in a state (null: any), as many as fit. Those of forgotten ones aren't among them.</summary>
    /// <returns>How many were copied; fewer than fit: there are no more.</returns>
    public int CopyAfter(long after, TaskState? state, Span<long> target)
    {
        var copied = 0;
        var last = Last;
        for (var sequence = after + 1; sequence <= last && copied < target.Length;)
        {
            var segment = Segment(sequence);
            if (segment is null || (state is { } wanted ? segment.CountOf(wanted) : segment.Count) == 0)
            {
                sequence = NextSegment(sequence);
                continue;
            }

            sequence = segment.Next(sequence);
            if (sequence <= last && Segment(sequence) == segment) target[copied++] = sequence++;
        }

        return copied;
    }

    /// <summary>The same of those that are in a segment where not all are done.</summary>
    public int CopyUnfinished(long after, Span<long> target)
    {
        var copied = 0;
        var last = Last;
        for (var sequence = after + 1; sequence <= last && copied < target.Length;)
        {
            if (Segment(sequence) is { } segment && segment.CountOf(TaskState.Pending) + segment.CountOf(TaskState.Running) > 0) target[copied++] = sequence++;
            else sequence = NextSegment(sequence);
        }

        return copied;
    }

    /// <summary>The same backwards: those that precede <paramref name="before"/>, the newest first.</summary>
    /// <returns>How many were copied; fewer than fit: there are no more.</returns>
    public int CopyBefore(long before, TaskState? state, Span<long> target)
    {
        var copied = 0;
        for (var sequence = Math.Min(before - 1, Last); sequence > 0 && copied < target.Length;)
        {
            var segment = Segment(sequence);
            if (segment is null || (state is { } wanted ? segment.CountOf(wanted) : segment.Count) == 0)
            {
                sequence = PreviousSegment(sequence);
                continue;
            }

            target[copied++] = sequence--;
        }

        return copied;
    }

    /// <summary>The number from which on the times in ids are this one or later; the next after <see cref="Last"/> if none is. Takes no lock: times don't go back.</summary>
    public long FirstSince(long idTime)
    {
        var (low, high) = (1L, Last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var known = middle;
            if (TryFindTime(ref known, high, out var time) && time < idTime) low = known + 1;
            else high = middle;
        }

        return low;
    }

    // Of the first place from there on whose time is known.
    private bool TryFindTime(ref long sequence, long end, out long idTime)
    {
        idTime = 0;
        while (sequence < end)
        {
            if (Segment(sequence) is not { } segment) sequence = NextSegment(sequence);
            else if (segment.TryTime(sequence, out idTime)) return true;
            else sequence++;
        }

        return false;
    }

    // The last place of the segment before.
    private long PreviousSegment(long sequence)
    {
        var index = sequence >> TaskSegment.SizeBits;
        var first = _blocks[index >> BlockBits] is null ? (index >> BlockBits) << BlockBits : index;
        return (first << TaskSegment.SizeBits) - 1;
    }

    private long NextSegment(long sequence)
    {
        var index = sequence >> TaskSegment.SizeBits;
        var next = index >> BlockBits < _blocks.Length && _blocks[index >> BlockBits] is null ? ((index >> BlockBits) + 1) << BlockBits : index + 1;
        return next << TaskSegment.SizeBits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TaskSegment EnsureSegment(long sequence) => Segment(sequence) ?? AddSegment(sequence >> TaskSegment.SizeBits);

    private TaskSegment AddSegment(long index)
    {
        var block = (int)(index >> BlockBits);
        if (block == _blocks.Length)
        {
            _blocks = [.. _blocks, new TaskSegment?[1 << BlockBits]];
            _segmentsInBlock.Add(0);
        }

        // Sequence numbers begin at 1, so the first place of the first segment stays free.
        var segment = new TaskSegment(index << TaskSegment.SizeBits, used: index == 0 ? 1 : 0);
        Volatile.Write(ref _blocks[block]![index & SegmentMask], segment);
        _segmentsInBlock[block]++;
        return segment;
    }
}
