using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace TaskApi.AspNetCore.Http.Streaming;

/// <summary>Whether the client of a call is still there to read its answer.</summary>
internal static class ClientPresence
{
    /// <summary>Throws if the client has hung up, as far as this machine knows.</summary>
    /// <exception cref="ConnectionAbortedException">It has.</exception>
    public static void ThrowIfGone(this HttpContext context)
    {
        if (IsGone(context))
            throw new ConnectionAbortedException("Nobody is there to read the answer.");
    }

    // The server tells of a hang-up some thread switches after the system knows of it, which may be later than an answer is sent: so the system is asked.
    private static bool IsGone(HttpContext context)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return true;
        // Over HTTP/2 more may come on the connection at any time, and a call is given up without closing it.
        return HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IConnectionSocketFeature>() is { Socket: { } socket } && IsClosed(socket);
    }

    // Readable, and nothing to read: the other end is closed. Asked twice, because the server reads meanwhile what a client may send ahead.
    private static bool IsClosed(Socket socket)
    {
        try
        {
            return IsAtEnd(socket) && IsAtEnd(socket);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            return true;
        }

        static bool IsAtEnd(Socket socket) => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
    }
}
