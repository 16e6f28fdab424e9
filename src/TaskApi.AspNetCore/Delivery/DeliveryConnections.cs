using System.Net;
using System.Net.Sockets;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>An address may not be called. It says no more: who reads it would learn about the network.</summary>
internal sealed class DeliveryRefusedException() : Exception("The URL may not be called.");

/// <summary>
/// Finds a host's addresses, checks all of them, and connects to one of those very addresses: a name that answers otherwise a moment later changes
/// nothing. Thread-safe.
/// </summary>
/// <param name="targets">What may be called.</param>
/// <param name="names">Knows addresses.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class DeliveryConnections(DeliveryTargets targets, NameLookups names, TimeProvider timeProvider)
{
    /// <summary>How long a connection may take to be made.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _leastShare = TimeSpan.FromSeconds(3);

    /// <summary>What HttpClient asks for a connection.</summary>
    /// <exception cref="DeliveryRefusedException">The host, or one of its addresses, may not be called.</exception>
    /// <exception cref="SocketException">None can be reached.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // With a dot at its end or without one it is the same name, but not to every resolver.
        var (host, port) = (context.DnsEndPoint.Host.TrimEnd('.'), context.DnsEndPoint.Port);
        // Before anybody is asked for its addresses: a name server is somebody, too.
        if (!targets.AllowsHost(host))
            throw new DeliveryRefusedException();
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await names.FindAsync(host, cancellationToken);
        foreach (var address in addresses)
        {
            if (!await targets.AllowsAddressAsync(address))
                throw new DeliveryRefusedException();
        }

        var fault = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(address, port), addresses.Length, cancellationToken);
            }
            catch (SocketException exception)
            {
                fault = exception;
            }
        }

        throw fault;
    }

    // An address that doesn't answer leaves the others of the host their share of the time.
    private async ValueTask<Stream> ConnectAsync(IPEndPoint address, int addresses, CancellationToken cancellationToken)
    {
        var share = Patience / addresses;
        // Both owned by the call.
        using var late = new CancellationTokenSource(addresses == 1 ? Timeout.InfiniteTimeSpan : share > _leastShare ? share : _leastShare, timeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, ended.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            // As who asked for the connection knows it: by his own token.
            cancellationToken.ThrowIfCancellationRequested();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
