using Microsoft.AspNetCore.Http;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using TaskApi.Logging;

namespace TaskApi.Tests.Observability;

public sealed class RequestIdsTests : IDisposable
{
    private readonly Recorder _recorder = new();
    private readonly Logger _logger;
    private readonly HttpContextAccessor _accessor = new();

    public RequestIdsTests() => _logger = new LoggerConfiguration().Enrich.With<RequestIds>().WriteTo.Sink(_recorder).CreateLogger();

    public void Dispose() => _logger.Dispose();

    [Fact]
    public void Event_OfARequest_HasItsIdAndThatOfItsTrace()
    {
        var context = new DefaultHttpContext { TraceIdentifier = "0HN1:00000002" };
        context.Request.Headers.TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        _accessor.HttpContext = context;

        _logger.Information("Something happened");

        var properties = Assert.Single(_recorder.Events).Properties;
        Assert.Equal(new ScalarValue("0HN1:00000002"), properties["RequestId"]);
        Assert.Equal(new ScalarValue("0af7651916cd43dd8448eb211c80319c"), properties["TraceId"]);
    }

    [Fact]
    public void Event_OutsideOfRequests_HasNoIds()
    {
        _logger.Information("Something happened");

        Assert.Empty(Assert.Single(_recorder.Events).Properties);
    }

    private sealed class Recorder : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }
}
