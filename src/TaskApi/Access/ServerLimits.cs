using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;

namespace TaskApi.Access;

/// <summary>The limits that the server itself keeps, before a call is one.</summary>
internal static class ServerLimits
{
    private const int Buffer = 32 << 10;

    // For a sender to get up to speed.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    /// <summary>Sets the server up. What is slower than this is cut off: a slow sender must not hold what others need.</summary>
    public static void Apply(KestrelServerOptions kestrel, IOptions<LimitOptions> options)
    {
        var limits = options.Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections;
        // Whoever reads a body has a limit (BodyLimit). What nobody reads the server drops, for 5 seconds, before it hangs up.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        // What a connection holds that nobody has read yet, on either side. A body is taken out as it comes, so that it isn't held up.
        kestrel.Limits.MaxRequestBufferSize = Math.Max(Buffer, limits.MaxHeaderBytes);
        kestrel.Limits.MaxResponseBufferSize = Buffer;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * Buffer;
        kestrel.Limits.Http2.InitialStreamWindowSize = 4 * Buffer;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new(limits.MinBodyBytesPerSecond, _grace);
    }
}
