using System.Net;
using System.Net.Sockets;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>
/// A client's side of a cluster, as it is documented: every call goes to the next node; one that gets no answer, or <c>503</c>, is made
/// again at another, and creations have a key, so that none takes effect twice. Thread-safe.
/// </summary>
/// <param name="nodes">Those that there are; some may not run.</param>
internal sealed class RetryingHandler(IReadOnlyList<ServiceProcess> nodes) : HttpMessageHandler
{
    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(200);

    private readonly HttpMessageInvoker _network = new(new SocketsHttpHandler { UseProxy = false });
    private int _next;
    private int _answers;
    private int _retries;

    /// <summary>How many calls have been answered.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>How often a call has been made again.</summary>
    public int Retries => Volatile.Read(ref _retries);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        if (request.Method == HttpMethod.Post && path.StartsWith("/tasks", StringComparison.Ordinal)) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var started = TimeProvider.System.GetTimestamp();
        for (var pause = _firstPause; ; pause = pause < _longestPause ? pause * 1.5 : _longestPause)
        {
            var node = nodes[(Interlocked.Increment(ref _next) & int.MaxValue) % nodes.Count];
            if (node.Address is { } address && await TrySend(request, new Uri(address, path), cancellationToken) is { } response)
            {
                Interlocked.Increment(ref _answers);
                return response;
            }

            Interlocked.Increment(ref _retries);
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, $"No node answers {request.Method} {path}.");
            // Sooner than Retry-After asks for: so much the worse for the service.
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _network.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage?> TrySend(HttpRequestMessage request, Uri address, CancellationToken cancellationToken)
    {
        request.RequestUri = address;
        HttpResponseMessage? response = null;
        try
        {
            response = await _network.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or IOException)
        {
            // Killed, or not listening any more.
            response?.Dispose();
            return null;
        }

        if (response.StatusCode != HttpStatusCode.ServiceUnavailable) return response;
        var refusal = (await Reply.Read(response)).IsProblem(HttpStatusCode.ServiceUnavailable);
        Assert.Matches("^urn:taskapi:problem:(storage-unavailable|shutting-down)$", refusal.Json.Text("type"));
        Assert.Matches("^[1-9][0-9]*$", refusal.Header("Retry-After"));
        response.Dispose();
        return null;
    }
}
