using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TaskApi.Tests.Work.Http;

/// <summary>A request that has been received.</summary>
/// <param name="Line">Its first line.</param>
/// <param name="Headers">Its headers; names in lower case.</param>
/// <param name="Body">Its body.</param>
/// <param name="To">The address that it came to.</param>
internal sealed record Received(string Line, IReadOnlyDictionary<string, string> Headers, string Body, IPAddress To);

/// <summary>What calls of URLs come to: a server that answers, byte by byte, as a test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpListener _listener;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Received, NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _accepting;

    /// <param name="answer">Answers a request; the connection is closed after it.</param>
    /// <param name="address">An address of this machine alone; null: the usual one.</param>
    public Receiver(Func<Received, NetworkStream, CancellationToken, Task> answer, IPAddress? address = null)
    {
        (_answer, _listener) = (answer, new TcpListener(address ?? IPAddress.Loopback, 0));
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <param name="answer">What is answered, as it is sent.</param>
    /// <param name="address">As above.</param>
    public Receiver(string answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", IPAddress? address = null)
        : this((_, stream, stopping) => stream.WriteAsync(Encoding.UTF8.GetBytes(answer), stopping).AsTask(), address)
    {
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/hook";

    public ConcurrentQueue<Received> Requests { get; } = new();

    /// <summary>An answer with a body; it says that the connection is closed after it, so that no other call is sent on it.</summary>
    public static string Answer(string status, string body = "", string headers = "") =>
        $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}";

    /// <summary>One that never answers, and says when its caller has gone.</summary>
    public static Receiver Silent(TaskCompletionSource arrived, TaskCompletionSource? gone = null) => new(async (_, stream, stopping) =>
    {
        arrived.TrySetResult();
        try
        {
            Assert.Equal(0, await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stopping));
        }
        catch (IOException)
        {
            // Hung up by a reset.
        }

        gone?.TrySetResult();
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll([_accepting, .. _connections]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        await using var stream = connection.GetStream();
        var bytes = new List<byte>();
        var buffer = new byte[8192];
        while (true)
        {
            var head = Encoding.Latin1.GetString([.. bytes]);
            var end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var lines = head[..end].Split("\r\n");
                var headers = lines.Skip(1).Select(static line => line.Split(": ", 2)).ToDictionary(static parts => parts[0].ToLowerInvariant(), static parts => parts[1]);
                var length = int.Parse(headers.GetValueOrDefault("content-length", "0"), System.Globalization.CultureInfo.InvariantCulture);
                if (bytes.Count >= end + 4 + length)
                {
                    var received = new Received(lines[0], headers, Encoding.UTF8.GetString([.. bytes.Skip(end + 4).Take(length)]), ((IPEndPoint)connection.Client.LocalEndPoint!).Address);
                    Requests.Enqueue(received);
                    await _answer(received, stream, _stopping.Token);
                    return;
                }
            }

            var read = await stream.ReadAsync(buffer, _stopping.Token);
            if (read == 0) return;
            bytes.AddRange(buffer.AsSpan(0, read));
        }
    }
}
