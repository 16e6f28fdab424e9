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
/// <param name="resolve">Asks for a name's addresses.</param>
internal sealed class DeliveryConnections(DeliveryTargets targets, NameResolver resolve)
{
    /// <summary>What HttpClient asks for a connection.</summary>
    /// <exception cref="DeliveryRefusedException">The host, or one of its addresses, may not be called.</exception>
    /// <exception cref="SocketException">None can be reached.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // With a dot at its end or without one it is the same name, but not to every resolver.
        var (host, port) = (context.DnsEndPoint.Host.TrimEnd('.'), context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        if (!targets.AllowsHost(host) || !Array.TrueForAll(addresses, targets.AllowsAddress))
            throw new DeliveryRefusedException();
        var fault = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                fault = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw fault;
    }
}
