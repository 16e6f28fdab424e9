using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace TaskApi.WarmingUp;

/// <summary>Connections to a server that begin and end in this process, without a socket. Thread-safe.</summary>
internal sealed class MemoryTransport : IConnectionListenerFactory, IConnectionListener
{
    private const int BufferSize = 4096;

    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();

    /// <inheritdoc/>
    public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>Sends a request on a connection of its own, and reads the answer.</summary>
    /// <param name="request">The request, which asks for the connection to be closed after it.</param>
    /// <param name="enough">What ends the answer where the server doesn't: whoever reads hangs up then. Null for the server's own end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> CallAsync(string request, string? enough, CancellationToken cancellationToken)
    {
        var (there, back) = (new Pipe(), new Pipe());
        // The server disposes of it.
        var connection = new Connection(new Ends(there.Reader, back.Writer)) { LocalEndPoint = EndPoint, RemoteEndPoint = EndPoint };
        await _connections.Writer.WriteAsync(connection, cancellationToken);
        await there.Writer.WriteAsync(Encoding.UTF8.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(back.Reader.AsStream(), Encoding.UTF8);
        var (answer, buffer) = (new StringBuilder(), new char[BufferSize]);
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            answer.Append(buffer, 0, read);
            if (enough is not null && answer.ToString().Contains(enough, StringComparison.Ordinal))
                break;
        }

        await there.Writer.CompleteAsync();
        // A server that isn't reading learns that way alone that nobody is there any more.
        connection.Abort(new ConnectionAbortedException("It has ended."));
        return answer.ToString();
    }

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        EndPoint = endpoint;
        return ValueTask.FromResult<IConnectionListener>(this);
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _connections.Reader.WaitToReadAsync(cancellationToken) ? await _connections.Reader.ReadAsync(cancellationToken) : null;

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private sealed class Connection(IDuplexPipe transport) : ConnectionContext
    {
        // Never disposed of: whoever aborts may do so when all is over, and it holds nothing.
        private readonly CancellationTokenSource _closed = new();

        public override string ConnectionId { get; set; } = nameof(Rehearsal);

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

        public override IDuplexPipe Transport { get; set; } = transport;

        public override CancellationToken ConnectionClosed => _closed.Token;

        // Not on the thread of whoever hangs up, since what follows is the server's.
        public override void Abort(ConnectionAbortedException abortReason) => ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);

        public override async ValueTask DisposeAsync()
        {
            await Transport.Input.CompleteAsync();
            await Transport.Output.CompleteAsync();
            await base.DisposeAsync();
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
