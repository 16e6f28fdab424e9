using System.Text;

namespace TaskApi.Engine.Memory;

/// <summary>
/// The arrays behind a <see cref="TaskSegment"/>. Entries and text are without references and on the heap of pinned objects:
/// the collector neither looks into them nor moves them.
/// </summary>
/// <param name="capacity">How many entries.</param>
/// <param name="places">The places that the entries had in the full segment, ascending; null: each is at its own.</param>
internal sealed class SegmentStore(int capacity, ushort[]? places)
{
    private const int ChunkBits = 15;
    private const int ChunkSize = 1 << ChunkBits;

    private volatile TaskExtras?[]? _extras;
    private volatile byte[][] _chunks = [];
    private int _textEnd;

    /// <summary>The entries.</summary>
    public TaskEntry[] Entries { get; } = GC.AllocateArray<TaskEntry>(capacity, pinned: true);

    /// <summary>Where the entry of a place is, or a negative number.</summary>
    public int IndexOf(int place) => places is null ? place : Array.BinarySearch(places, (ushort)place);

    /// <summary>Where the first entry is that has this place or a later one; the number of entries if there is none.</summary>
    public int IndexFrom(int place) => IndexOf(place) is var index && index < 0 ? ~index : index;

    /// <summary>The place of an entry.</summary>
    public int PlaceOf(int index) => places is null ? index : places[index];

    public TaskExtras? Extras(int index) => _extras is { } extras ? Volatile.Read(ref extras[index]) : null;

    public void SetExtras(int index, TaskExtras extras)
    {
        _extras ??= new TaskExtras?[Entries.Length];
        Volatile.Write(ref _extras[index], extras);
    }

    public void ClearExtras(int index)
    {
        if (_extras is { } extras) Volatile.Write(ref extras[index], null);
    }

    /// <summary>Keeps a text of at most 32 KiB in UTF-8.</summary>
    public (int Offset, ushort Length) AddText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var offset = Reserve(length);
        Encoding.UTF8.GetBytes(text, _chunks[offset >> ChunkBits].AsSpan(offset & (ChunkSize - 1)));
        return (offset, (ushort)length);
    }

    /// <summary>Keeps bytes, at most 32 KiB.</summary>
    public (int Offset, ushort Length) AddText(ReadOnlySpan<byte> text) => (AddBytes(text), (ushort)text.Length);

    /// <summary>Bytes that are kept. They never change.</summary>
    public ReadOnlyMemory<byte> Memory(int offset, int length) => length == 0 ? default : _chunks[offset >> ChunkBits].AsMemory(offset & (ChunkSize - 1), length);

    public string Text(int offset, int length) => Encoding.UTF8.GetString(Bytes(offset, length));

    /// <summary>A store with only the entries that have not been forgotten, of which there are <paramref name="live"/>.</summary>
    public SegmentStore Shrink(int live)
    {
        var kept = new ushort[live];
        var store = new SegmentStore(live, kept);
        var index = 0;
        for (var i = 0; i < Entries.Length; i++)
        {
            ref var entry = ref Entries[i];
            if (!entry.IsPublished || entry.Outcome.IsForgotten) continue;
            kept[index] = places is null ? (ushort)i : places[i];
            store.Entries[index] = entry;
            store.Entries[index].TextOffset = store.AddBytes(Bytes(entry.TextOffset, entry.TextLength));
            if (Extras(i) is { } extras) store.SetExtras(index, extras);
            index++;
        }

        store.TrimText();
        return store;
    }

    // There may be no chunk at all: work without an input has no text.
    private ReadOnlySpan<byte> Bytes(int offset, int length) =>
        length == 0 ? default : _chunks[offset >> ChunkBits].AsSpan(offset & (ChunkSize - 1), length);

    private int AddBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return 0;
        var offset = Reserve(bytes.Length);
        bytes.CopyTo(_chunks[offset >> ChunkBits].AsSpan(offset & (ChunkSize - 1)));
        return offset;
    }

    // A text lies in one chunk; what is left of a chunk that is too small for it is lost.
    private int Reserve(int length)
    {
        var offset = _textEnd;
        if (offset + length > _chunks.Length << ChunkBits || (offset & (ChunkSize - 1)) + length > ChunkSize)
        {
            offset = _chunks.Length << ChunkBits;
            _chunks = [.. _chunks, GC.AllocateUninitializedArray<byte>(ChunkSize, pinned: true)];
        }

        _textEnd = offset + length;
        return offset;
    }

    private void TrimText()
    {
        var used = _textEnd & (ChunkSize - 1);
        if (used > 0) _chunks = [.. _chunks[..^1], _chunks[^1][..used]];
    }
}
