using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;

namespace TaskApi.Telemetry;

/// <summary>
/// How many requests there are and how long they take, by the attributes of OpenTelemetry's semantic conventions for HTTP servers:
/// what ASP.NET Core's own instruments tell, for a fraction of their price (docs/decisions/0011-request-duration.md). Thread-safe.
/// </summary>
internal sealed class RequestMeasurements
{
    // Whatever else a client may make up is one method, or it could make up any number of series.
    private const string OtherMethod = "_OTHER";

    // In the order of how often they come.
    private static readonly string[] _methods =
    [
        HttpMethods.Post, HttpMethods.Get, HttpMethods.Delete, HttpMethods.Patch, HttpMethods.Head, HttpMethods.Put, HttpMethods.Options, HttpMethods.Trace, HttpMethods.Connect,
        OtherMethod,
    ];

    private static readonly string?[] _versions = ["1.1", "2", "3", "1.0", null];

    // As many as there are combinations of endpoints and their answers: none of it is the client's to choose.
    private readonly ConcurrentDictionary<Series, KeyValuePair<string, object?>[]> _attributes = new();

    // By what Begin returns: twice the method, and one more for HTTPS.
    private readonly Count[] _counts = new Count[2 * _methods.Length];

    /// <summary>How long requests take, in seconds; to be set before the first one.</summary>
    public Histogram<double>? Duration { get; set; }

    /// <summary>Counts a request that begins.</summary>
    /// <returns>What <see cref="End"/> needs to know of it.</returns>
    public int Begin(HttpRequest request)
    {
        var kind = (2 * MethodOf(request.Method)) + (request.IsHttps ? 1 : 0);
        Interlocked.Increment(ref _counts[kind].Begun);
        return kind;
    }

    /// <summary>Counts a request that is over, and records how long it took. Allocates nothing, but for the first of its series.</summary>
    /// <param name="context">The request, answered.</param>
    /// <param name="kind">What <see cref="Begin"/> returned.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="failure">What nobody caught; null if nothing went wrong.</param>
    public void End(HttpContext context, int kind, TimeSpan duration, Exception? failure)
    {
        Interlocked.Increment(ref _counts[kind].Ended);
        // The server's answer to a fault that nobody caught.
        var status = failure is null || context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError;
        var series = new Series(context.GetEndpoint(), kind, status, VersionOf(context.Request.Protocol));
        var attributes = failure is null ? _attributes.GetOrAdd(series, static series => AttributesOf(series, failure: null)) : AttributesOf(series, failure);
        Duration?.Record(duration.TotalSeconds, attributes);
    }

    /// <summary>How many requests are being handled, by method and scheme: of those that there have been.</summary>
    public IEnumerable<Measurement<long>> Active()
    {
        for (var kind = 0; kind < _counts.Length; kind++)
        {
            // In this order: a request that ends meanwhile has begun.
            var ended = Interlocked.Read(ref _counts[kind].Ended);
            var begun = Interlocked.Read(ref _counts[kind].Begun);
            if (begun > 0)
                yield return new Measurement<long>(begun - ended, Method(kind), Scheme(kind));
        }
    }

    // The lengths are compared first, so hardly ever more than one text.
    private static int MethodOf(string method)
    {
        var index = 0;
        while (index < _methods.Length - 1 && !method.Equals(_methods[index], StringComparison.OrdinalIgnoreCase))
            index++;
        return index;
    }

    private static int VersionOf(string protocol) =>
        HttpProtocol.IsHttp11(protocol) ? 0
        : HttpProtocol.IsHttp2(protocol) ? 1
        : HttpProtocol.IsHttp3(protocol) ? 2
        : HttpProtocol.IsHttp10(protocol) ? 3
        : 4;

    private static KeyValuePair<string, object?>[] AttributesOf(Series series, Exception? failure)
    {
        List<KeyValuePair<string, object?>> attributes = [Method(series.Kind), Scheme(series.Kind), new("http.response.status_code", series.Status)];
        if (series.Endpoint?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>() is { Route: var route })
            attributes.Add(new("http.route", route.Length == 0 ? "/" : route));
        if (_versions[series.Version] is { } version)
            attributes.Add(new("network.protocol.version", version));
        if (failure is not null)
            attributes.Add(new("error.type", failure.GetType().FullName));
        else if (series.Status >= StatusCodes.Status500InternalServerError)
            attributes.Add(new("error.type", series.Status.ToString(CultureInfo.InvariantCulture)));
        return [.. attributes];
    }

    private static KeyValuePair<string, object?> Method(int kind) => new("http.request.method", _methods[kind / 2]);

    private static KeyValuePair<string, object?> Scheme(int kind) => new("url.scheme", kind % 2 == 0 ? Uri.UriSchemeHttp : Uri.UriSchemeHttps);

    // What a record makes by itself to compare and to hash takes as long as all the rest.
    private readonly record struct Series(Endpoint? Endpoint, int Kind, int Status, int Version)
    {
        public bool Equals(Series other) => ReferenceEquals(Endpoint, other.Endpoint) && Kind == other.Kind && Status == other.Status && Version == other.Version;

        public override int GetHashCode() => (((((RuntimeHelpers.GetHashCode(Endpoint) * 31) + Kind) * 31) + Status) * 31) + Version;
    }

    private struct Count
    {
        public long Begun;
        public long Ended;
    }
}
