namespace TaskApi.Tests.Infrastructure;

/// <summary>
/// Sends calls now to the one node, now to the other, as a load balancer does. The streams of events go to the first: a reader that comes
/// back to another is told of a gap.
/// </summary>
internal sealed class EitherNode : HttpMessageHandler
{
    private readonly HttpMessageInvoker[] _nodes;
    private int _calls;

    public EitherNode(params HttpMessageHandler[] nodes) => _nodes = Array.ConvertAll(nodes, static node => new HttpMessageInvoker(node));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isStream = request.RequestUri!.AbsolutePath.StartsWith("/tasks/events", StringComparison.Ordinal);
        var node = isStream ? 0 : Interlocked.Increment(ref _calls) % _nodes.Length;
        return _nodes[node].SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var node in _nodes) node.Dispose();
        base.Dispose(disposing);
    }
}
