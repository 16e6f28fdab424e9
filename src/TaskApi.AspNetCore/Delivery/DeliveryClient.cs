using System.Net;
using Microsoft.Extensions.Options;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>The one pool of connections that URLs are called through: no redirects, no cookies, no proxy, whatever the environment says. Thread-safe.</summary>
internal sealed class DeliveryClient : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    /// <param name="connections">Makes connections.</param>
    /// <param name="options">How many to a host.</param>
    public DeliveryClient(DeliveryConnections connections, IOptions<DeliveryOptions> options) => _invoker = new HttpMessageInvoker(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        Credentials = null,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = options.Value.MaxPerHost,
        // In KiB.
        MaxResponseHeadersLength = 32,
        // What is left of a body that nobody wants isn't worth the connection.
        MaxResponseDrainSize = 64 << 10,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        ConnectTimeout = DeliveryConnections.Patience,
        // So that a name that has moved is found again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectCallback = connections.ConnectAsync,
    });

    /// <summary>Sends a request; answers when the head of the answer is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();
}
