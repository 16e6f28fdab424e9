using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TaskApi.Tests.Faults;

/// <summary>
/// A network between a node and its database that does what networks do: it breaks all connections at once, or lets nothing through for
/// a while, or the questions but not the answers. Thread-safe.
/// </summary>
internal sealed class TcpProxy : IDisposable
{
    private const int Never = -3;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private volatile int _target;
    private volatile TaskCompletionSource? _questions;
    private volatile TaskCompletionSource? _answers;
    private volatile bool _refuses;
    private int _steps = Never;
    private volatile bool _losesAnswer;
    private int _held;
    private int _broken;

    /// <param name="target">The database's port on this machine.</param>
    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Leads who connects from now on to another database, as an address does that follows the primary.</summary>
    public void Lead(int target) => _target = target;

    /// <summary>How often something has come that was not let through at once.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>How many connections have been cut.</summary>
    public int Broken => Volatile.Read(ref _broken);

    /// <summary>Lets nothing through; what is sent meanwhile waits.</summary>
    /// <param name="answersOnly">True to let through what the node sends.</param>
    public void Hold(bool answersOnly)
    {
        _answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!answersOnly) _questions = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Lets everything through again, but for what belongs to connections that have been cut.</summary>
    public void Release()
    {
        var (questions, answers) = (_questions, _answers);
        (_questions, _answers) = (null, null);
        questions?.TrySetResult();
        answers?.TrySetResult();
    }

    /// <summary>Breaks all connections, at both ends, whatever is under way.</summary>
    public void Cut()
    {
        foreach (var (node, database) in _pairs)
        {
            // Reset, not closed: nothing that is still in a buffer arrives.
            node.Close(0);
            database.Close(0);
            _broken++;
        }
    }

    /// <summary>Cuts all connections when so many more messages have come from the node, or the answer to that one from the database; below 0: never.</summary>
    public void CutAt(int questions, bool answersOnly) => (_losesAnswer, _steps) = (answersOnly, questions < 0 ? Never : questions);

    /// <summary>Lets nobody connect, or, after that, everybody again; connections that there are go on.</summary>
    public void Refuse(bool refuses) => _refuses = refuses;

    public void Dispose()
    {
        _listener.Dispose();
        Release();
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket node;
            try
            {
                node = await _listener.AcceptSocketAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            if (_refuses) node.Close(0);
            else _ = ConnectAsync(node);
        }
    }

    private async Task ConnectAsync(Socket node)
    {
        var database = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        node.NoDelay = true;
        _pairs[node] = database;
        try
        {
            await database.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(PumpAsync(node, database, () => _questions, IsCutByQuestion), PumpAsync(database, node, () => _answers, IsCutByAnswer));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The database is away, or the connection has been cut already.
        }

        _pairs.TryRemove(node, out _);
        node.Close(0);
        database.Close(0);
    }

    // Of the question at which it is, either it doesn't arrive, or what answers it doesn't.
    private bool IsCutByQuestion() => Volatile.Read(ref _steps) >= 0 && Interlocked.Decrement(ref _steps) == -1 && !_losesAnswer;

    private bool IsCutByAnswer() => _losesAnswer && Interlocked.CompareExchange(ref _steps, -2, -1) == -1;

    private async Task PumpAsync(Socket from, Socket to, Func<TaskCompletionSource?> gate, Func<bool> isCut)
    {
        var buffer = new byte[16_384];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer)) > 0;)
            {
                if (isCut()) Cut();
                if (gate() is { } held)
                {
                    Interlocked.Increment(ref _held);
                    await held.Task;
                }

                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
