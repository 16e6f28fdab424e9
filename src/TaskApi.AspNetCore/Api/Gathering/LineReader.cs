using System.Buffers;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>Takes a body apart into lines, ended by LF or CRLF or the body's end, without keeping more of it than the longest line that is allowed.</summary>
/// <param name="maxLength">The most bytes that a line may have, its end not counted.</param>
internal sealed class LineReader(int maxLength)
{
    private bool _skipping;

    /// <summary>The number of the line that was taken last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Takes the next line.</summary>
    /// <param name="buffer">What has arrived; left with what has not been taken. At the body's end nothing is left.</param>
    /// <param name="isCompleted">True if nothing follows, so that the last line needs no end.</param>
    /// <param name="line">The line; null in place of one that is too long.</param>
    /// <returns>False if there is no whole line.</returns>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, bool isCompleted, out ReadOnlySequence<byte>? line)
    {
        line = null;
        var end = buffer.PositionOf((byte)'\n');
        if (_skipping)
        {
            buffer = end is null ? buffer.Slice(buffer.End) : buffer.Slice(buffer.GetPosition(1, end.Value));
            if (end is null)
                return false;
            _skipping = false;
            end = buffer.PositionOf((byte)'\n');
        }

        ReadOnlySequence<byte> taken;
        if (end is { } found)
        {
            taken = buffer.Slice(0, found);
            buffer = buffer.Slice(buffer.GetPosition(1, found));
        }
        else
        {
            // One byte more may be the CR of the line's end.
            _skipping = buffer.Length > maxLength + 1;
            if (!_skipping && (!isCompleted || buffer.IsEmpty))
                return false;
            taken = buffer;
            buffer = buffer.Slice(buffer.End);
        }

        Number++;
        taken = WithoutReturn(taken);
        if (!_skipping && taken.Length <= maxLength)
            line = taken;
        return true;
    }

    private static ReadOnlySequence<byte> WithoutReturn(in ReadOnlySequence<byte> line)
    {
        if (line.IsEmpty)
            return line;
        Span<byte> last = stackalloc byte[1];
        line.Slice(line.Length - 1).CopyTo(last);
        return last[0] == '\r' ? line.Slice(0, line.Length - 1) : line;
    }
}
