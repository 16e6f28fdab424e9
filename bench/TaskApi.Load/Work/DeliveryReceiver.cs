using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>
/// What the URLs that are called lead to: it notes how late a call is, by the due time that its path has in Unix milliseconds, and answers at once; or it is
/// dead, and never answers. On bare sockets, so that it takes little of the cores that it shares with the service.
/// </summary>
internal sealed class DeliveryReceiver : IDisposable
{
    private static readonly byte[] _answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly bool _isDead;

    /// <param name="isDead">True if it never answers.</param>
    public DeliveryReceiver(bool isDead = false)
    {
        _isDead = isDead;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>How late each call was, in milliseconds; of a dead one those that have got as far as it.</summary>
    public Sample Late { get; private set; } = new();

    /// <summary>Counts anew, while nobody calls.</summary>
    public void Reset() => Late = new Sample();

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        connection.NoDelay = true;
        var buffer = new byte[16 * 1024];
        var end = 0;
        try
        {
            while (true)
            {
                var count = await connection.ReceiveAsync(buffer.AsMemory(end));
                if (count == 0) return;
                end += count;
                if (!IsWhole(buffer.AsSpan(0, end), out var dueAt)) continue;
                Late.Add((Clock.Now - DateTimeOffset.FromUnixTimeMilliseconds(dueAt)).TotalMilliseconds);
                // The next one on this connection comes when this one has been answered.
                end = 0;
                if (!_isDead) await connection.SendAsync(_answer);
            }
        }
        catch (SocketException)
        {
            // Whoever called has gone.
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> request, out long dueAt)
    {
        dueAt = 0;
        var head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        var length = request.IndexOf("Content-Length: "u8);
        // The calls that come here all have a body.
        return Utf8Parser.TryParse(request[(length + "Content-Length: ".Length)..], out int body, out _) && request.Length >= head + 4 + body && Utf8Parser.TryParse(request["POST /".Length..], out dueAt, out _);
    }
}
