using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.Telemetry;

namespace TaskApi.Tests.Observability;

/// <summary>What is recorded of requests that a test client can't send.</summary>
public sealed class RequestMeasurementsTests : IDisposable
{
    private readonly Meter _meter = new("Requests");
    private readonly MeterListener _listener = new();
    private readonly RequestMeasurements _requests = new();
    private readonly List<(double Seconds, string Attributes)> _recorded = [];

    public RequestMeasurementsTests()
    {
        _requests.Duration = _meter.CreateHistogram<double>("duration");
        _listener.SetMeasurementEventCallback<double>((_, seconds, attributes, _) => _recorded.Add((seconds, Text(attributes))));
        _listener.EnableMeasurementEvents(_requests.Duration);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.0", "1.0")]
    [InlineData("HTTP/1.1", "1.1")]
    [InlineData("HTTP/2", "2")]
    [InlineData("HTTP/3", "3")]
    public void Protocol_OfARequest_IsItsVersion(string protocol, string version)
    {
        Handle(Request("GET", protocol: protocol));

        Assert.Equal($"http.request.method=GET url.scheme=http http.response.status_code=200 network.protocol.version={version}", Assert.Single(_recorded).Attributes);
    }

    [Fact]
    public void Protocol_Unknown_IsLeftOut()
    {
        Handle(Request("GET", protocol: "SPDY"));

        Assert.Equal("http.request.method=GET url.scheme=http http.response.status_code=200", Assert.Single(_recorded).Attributes);
    }

    [Fact]
    public void Scheme_Https_IsASeriesOfItsOwn()
    {
        Handle(Request("GET"));
        Handle(Request("GET", scheme: "https"));

        Assert.Equal(["url.scheme=http", "url.scheme=https"], _recorded.Select(static one => one.Attributes.Split(' ')[1]));
        Assert.Equal(["http.request.method=GET url.scheme=http: 0", "http.request.method=GET url.scheme=https: 0"], Active());
    }

    [Theory]
    [InlineData("post", "POST")]
    [InlineData("CONNECT", "CONNECT")]
    [InlineData("M-SEARCH", "_OTHER")]
    [InlineData("_other", "_OTHER")]
    [InlineData("", "_OTHER")]
    public void Method_InAnyCase_IsOneThatIsKnownOrOther(string method, string recorded)
    {
        Handle(Request(method));

        Assert.StartsWith($"http.request.method={recorded} ", Assert.Single(_recorded).Attributes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/tasks/{id}", "/tasks/{id}")]
    public void Route_OfTheEndpoint_IsItsPattern(string pattern, string route)
    {
        Handle(Request("GET", route: pattern));

        Assert.Contains($" http.route={route} ", Assert.Single(_recorded).Attributes, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_ThatNobodyCaught_IsA500OfItsType()
    {
        var request = Request("GET");
        _requests.End(request, _requests.Begin(request.Request), TimeSpan.FromSeconds(2), new TimeoutException());

        Assert.Equal([(2d, "http.request.method=GET url.scheme=http http.response.status_code=500 network.protocol.version=1.1 error.type=System.TimeoutException")], _recorded);
    }

    [Fact]
    public void Active_WhileRequestsAreHandled_AreCountedByMethod()
    {
        var requests = new[] { Request("GET"), Request("GET"), Request("FOO"), Request("BAR") };
        var kinds = Array.ConvertAll(requests, request => _requests.Begin(request.Request));
        _requests.End(requests[0], kinds[0], TimeSpan.Zero, failure: null);

        Assert.Equal(["http.request.method=GET url.scheme=http: 1", "http.request.method=_OTHER url.scheme=http: 2"], Active());
    }

    [Fact]
    public void Request_OfAKnownSeries_AllocatesNothing()
    {
        var (request, recorded) = (Request("POST", route: "/tasks"), 0);
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => recorded++);
        var quiet = new RequestMeasurements { Duration = _meter.CreateHistogram<double>("other") };
        listener.EnableMeasurementEvents(quiet.Duration);
        quiet.End(request, quiet.Begin(request.Request), TimeSpan.Zero, failure: null);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            quiet.End(request, quiet.Begin(request.Request), TimeSpan.Zero, failure: null);

        Assert.Equal(1001, recorded);
        // The runtime may allocate a little of its own meanwhile.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    private static DefaultHttpContext Request(string method, string scheme = "http", string protocol = "HTTP/1.1", string? route = null)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Scheme, context.Request.Protocol) = (method, scheme, protocol);
        if (route is not null)
            context.SetEndpoint(new Endpoint(requestDelegate: null, new EndpointMetadataCollection(new Route(route)), displayName: null));
        return context;
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> attributes) => string.Join(' ', attributes.ToArray().Select(static one => $"{one.Key}={one.Value}"));

    private void Handle(DefaultHttpContext request) => _requests.End(request, _requests.Begin(request.Request), TimeSpan.Zero, failure: null);

    private string[] Active() => [.. _requests.Active().Select(static active => $"{Text(active.Tags)}: {active.Value}")];

    private sealed record Route(string Pattern) : IRouteDiagnosticsMetadata
    {
        string IRouteDiagnosticsMetadata.Route => Pattern;
    }
}
