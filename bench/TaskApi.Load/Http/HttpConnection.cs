using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TaskApi.Load.Http;

/// <summary>
/// One HTTP/1.1 connection on a bare socket: what is sent was made beforehand and an answer is read as it comes, so that the
/// driver takes as little as possible from the cores that it shares with the service, and both directions can stream at once.
/// One sender and one reader at a time.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;
    private bool _chunked;
    // Of the present chunk, or of a body of known length; what follows it on the wire is skipped when it is used up.
    private long _left;
    private bool _ended;

    private HttpConnection(Socket socket, int bufferSize)
    {
        _socket = socket;
        _buffer = new byte[bufferSize];
    }

    /// <summary>Connects.</summary>
    public static async Task<HttpConnection> OpenAsync(Uri url, int bufferSize, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port, cancellationToken);
        return new HttpConnection(socket, bufferSize);
    }

    /// <summary>Sends bytes.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
    }

    /// <summary>Reads the head of an answer and says its status; the body is to be read next.</summary>
    public async ValueTask<int> ReadHeadAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = Unread.IndexOf("\r\n\r\n"u8)) < 0) await FillAsync(cancellationToken);
        var head = Encoding.ASCII.GetString(Unread[..length]);
        _start += length + 4;
        _chunked = head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        _left = _chunked ? 0 : ContentLength(head);
        _ended = !_chunked && _left == 0;
        return int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    /// <summary>Reads what has come of the body, at least a byte; empty at its end. Good until the next read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(CancellationToken cancellationToken)
    {
        if (_ended) return default;
        if (_left == 0 && _chunked && !await BeginChunkAsync(cancellationToken)) return default;
        if (_start == _end) await FillAsync(cancellationToken);
        var count = (int)Math.Min(_left, _end - _start);
        var piece = _buffer.AsMemory(_start, count);
        _start += count;
        _left -= count;
        _ended = !_chunked && _left == 0;
        return piece;
    }

    /// <summary>Reads a whole answer.</summary>
    public async ValueTask<HttpAnswer> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        var status = await ReadHeadAsync(cancellationToken);
        var body = new MemoryStream();
        ReadOnlyMemory<byte> piece;
        while ((piece = await ReadBodyAsync(cancellationToken)).Length > 0) body.Write(piece.Span);
        return new HttpAnswer(status, body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    private static long ContentLength(string head)
    {
        const string Name = "\r\nContent-Length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return 0;
        var value = head.AsSpan(at + Name.Length);
        var end = value.IndexOf('\r');
        return long.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
    }

    // False at the last chunk.
    private async ValueTask<bool> BeginChunkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // The line end of the chunk before comes first.
            if (Unread.StartsWith("\r\n"u8)) _start += 2;
            var length = Unread.IndexOf("\r\n"u8);
            if (length > 0)
            {
                _left = long.Parse(Encoding.ASCII.GetString(Unread[..length]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                _start += length + 2;
                if (_left > 0) return true;
                while (_end - _start < 2) await FillAsync(cancellationToken);
                _start += 2;
                _ended = true;
                return false;
            }

            await FillAsync(cancellationToken);
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        if (count == 0) throw new IOException("The service has closed the connection.");
        _end += count;
    }
}

/// <summary>An answer.</summary>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body);
