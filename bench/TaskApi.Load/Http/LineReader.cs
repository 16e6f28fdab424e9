namespace TaskApi.Load.Http;

/// <summary>Reads the lines of a body that streams in.</summary>
internal sealed class LineReader(HttpConnection connection)
{
    private byte[] _buffer = new byte[8 * 1024];
    private int _start;
    private int _end;

    /// <summary>Takes the next line, without its end, if all of it has come. Good until the next <see cref="FillAsync"/>.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var unread = _buffer.AsSpan(_start, _end - _start);
        var length = unread.IndexOf((byte)'\n');
        line = length < 0 ? default : unread[..length];
        if (length < 0) return false;
        _start += length + 1;
        return true;
    }

    /// <summary>Waits for more; false at the end of the body.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var piece = await connection.ReadBodyAsync(cancellationToken);
        if (piece.Length == 0) return false;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_buffer.Length - _end < piece.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _end + piece.Length));
        piece.Span.CopyTo(_buffer.AsSpan(_end));
        _end += piece.Length;
        return true;
    }
}
