namespace TaskApi.Engine.Memory;

/// <summary>
/// Sequence numbers in ascending order, in blocks of 256: appended at the end, removed anywhere, found by binary search.
/// The index behind a group, a name or an owner. No operation's cost grows noticeably with the length. Not thread-safe.
/// </summary>
internal sealed class SequenceList
{
    private const int BlockSize = 256;
    private readonly List<Block> _blocks = new(1);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a number larger than all present.</summary>
    public void Append(long sequence)
    {
        if (_blocks.Count == 0 || _blocks[^1].Count == BlockSize) _blocks.Add(new Block());
        var block = _blocks[^1];
        if (block.Count == block.Items.Length) Array.Resize(ref block.Items, Math.Min(BlockSize, block.Count * 4));
        block.Items[block.Count++] = sequence;
        Count++;
    }

    /// <summary>Takes a number out, if it is there.</summary>
    public void Remove(long sequence)
    {
        var at = FindBlock(sequence);
        if (at == _blocks.Count) return;
        var block = _blocks[at];
        var index = block.Items.AsSpan(0, block.Count).BinarySearch(sequence);
        if (index < 0) return;
        block.Items.AsSpan(index + 1, block.Count - index - 1).CopyTo(block.Items.AsSpan(index));
        Count--;
        if (--block.Count == 0) _blocks.RemoveAt(at);
    }

    /// <summary>Copies the numbers that follow <paramref name="after"/>, as many as fit.</summary>
    /// <returns>How many were copied; fewer than fit: there are no more.</returns>
    public int CopyAfter(long after, Span<long> target)
    {
        var copied = 0;
        for (var at = FindBlock(after + 1); at < _blocks.Count && copied < target.Length; at++)
        {
            var items = _blocks[at].Items.AsSpan(0, _blocks[at].Count);
            var start = items.BinarySearch(after + 1);
            var rest = items[(start < 0 ? ~start : start)..];
            rest = rest[..Math.Min(rest.Length, target.Length - copied)];
            rest.CopyTo(target[copied..]);
            copied += rest.Length;
        }

        return copied;
    }

    /// <summary>Copies the numbers that precede <paramref name="before"/>, the largest first, as many as fit.</summary>
    /// <returns>How many were copied; fewer than fit: there are no more.</returns>
    public int CopyBefore(long before, Span<long> target)
    {
        var copied = 0;
        for (var at = Math.Min(FindBlock(before), _blocks.Count - 1); at >= 0 && copied < target.Length; at--)
        {
            var items = _blocks[at].Items.AsSpan(0, _blocks[at].Count);
            var end = items.BinarySearch(before);
            for (var i = (end < 0 ? ~end : end) - 1; i >= 0 && copied < target.Length; i--) target[copied++] = items[i];
        }

        return copied;
    }

    // The first block whose last number is at least this one.
    private int FindBlock(long sequence)
    {
        var (low, high) = (0, _blocks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_blocks[middle].Items[_blocks[middle].Count - 1] < sequence) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private sealed class Block
    {
        public long[] Items = new long[4];
        public int Count;
    }
}
