using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Observability;

/// <summary>Metrics and traces as a collector receives them by OpenTelemetry's protocol.</summary>
[Collection(nameof(WithoutOthers))]
public sealed class OtlpTests : IAsyncDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly WebApplication _collector;

    public OtlpTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _received.Enqueue((context.Request.Path, body.ToArray()));
            _arrivals.Release();
        });
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _arrivals.Dispose();
        return _collector.DisposeAsync();
    }

    [Theory]
    [InlineData("Memory")]
    [InlineData("Sqlite")]
    public async Task Task_OfATracedCall_IsSentAsASpanOfThatTraceLinkedToTheCall(string storage)
    {
        await using (var api = await Start(("Tasks:Storage", storage)))
        {
            using var spans = new EndedSpans(api);
            var ids = await Create(api, Trace, """[{"message":"Hei","delaySeconds":5},{"message":"Hei","delaySeconds":50}]""");
            await Send(api, HttpMethod.Delete, $"/tasks/{ids[1]}?reason=no");
            api.Clock.Advance(TimeSpan.FromSeconds(5));
            await Send(api, HttpMethod.Get, $"/tasks/{ids[0]}?waitSeconds=60");
            spans.Reach(3);
        }

        var sent = await Spans();
        // The call's, and for each task its own and its link's.
        Assert.Equal(5, Count(sent, Convert.FromHexString(Trace)));
        Assert.All((string[])["taskapi.task.id", "taskapi.task.status", "completed", "cancelled", "taskapi.task.reason", "http.route", "/tasks/batch", "taskapi"], word => Assert.Equal((word, true), (word, Count(sent, Encoding.UTF8.GetBytes(word)) > 0)));
    }

    [Fact]
    public async Task Task_CreatedWithAKey_IsFollowedOnce()
    {
        await using (var api = await Start())
        {
            using var spans = new EndedSpans(api);
            await Create(api, Trace, """[{"message":"Hei"}]""", key: "once");
            var ids = await Create(api, Trace, """[{"message":"Hei"}]""", key: "once");
            api.Clock.Advance(TimeSpan.Zero);
            await Send(api, HttpMethod.Get, $"/tasks/{ids[0]}?waitSeconds=60");
            spans.Reach(3);
        }

        // Two calls', one task's and its link's.
        Assert.Equal(4, Count(await Spans(), Convert.FromHexString(Trace)));
    }

    [Fact]
    public async Task Task_OfACallThatIsNotRecorded_IsNotSent()
    {
        await using (var api = await Start())
            await Create(api, Trace, """[{"message":"Hei"}]""", flags: "00");

        Assert.Equal(0, Count(await Spans(), Convert.FromHexString(Trace)));
    }

    [Fact]
    public async Task Metrics_OfTasksServerAndRequests_AreSent()
    {
        await using (var api = await Start())
        {
            var ids = await Create(api, Trace, """[{"message":"Hei"}]""");
            api.Clock.Advance(TimeSpan.Zero);
            await Send(api, HttpMethod.Get, $"/tasks/{ids[0]}?waitSeconds=60");
        }

        await Spans();
        var sent = Sent("/v1/metrics");
        Assert.All(
            (string[])["taskapi.task.lateness", "http.server.request.duration", "http.server.active_requests", "http.route", "/tasks/batch", "url.scheme", "dotnet.gc.collections"],
            word => Assert.Equal((word, true), (word, Count(sent, Encoding.UTF8.GetBytes(word)) > 0)));
    }

    private static int Count(byte[] where, byte[] what)
    {
        var count = 0;
        for (var rest = where.AsSpan(); rest.IndexOf(what) is >= 0 and var at; rest = rest[(at + what.Length)..])
            count++;
        return count;
    }

    private static async Task<string[]> Create(TaskApiFactory api, string trace, string tasks, string? key = null, string flags = "01")
    {
        var reply = await Send(api, HttpMethod.Post, "/tasks/batch", tasks, ("traceparent", $"00-{trace}-b7ad6b7169203331-{flags}"), ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));
        return [.. reply.Json.Items("tasks").Select(static task => task.Id())];
    }

    private static async Task<Reply> Send(TaskApiFactory api, HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var client = api.CreateTestClient();
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await client.SendAsync(request, Ended);
        Assert.True(response.IsSuccessStatusCode);
        return await Reply.Read(response);
    }

    private async Task<TaskApiFactory> Start(params (string Key, string Value)[] settings)
    {
        await _collector.StartAsync(Ended);
        var address = _collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TaskApiFactory([("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), .. settings]);
    }

    // What a service sends when it ends: its metrics last of all.
    private async Task<byte[]> Spans()
    {
        while (Count(Sent("/v1/metrics"), "taskapi.task.created"u8.ToArray()) == 0)
            await _arrivals.WaitAsync(Ended);
        return Sent("/v1/traces");
    }

    private byte[] Sent(string path) => [.. _received.Where(sent => sent.Path == path).SelectMany(static sent => sent.Body)];

    /// <summary>The spans of the trace that are over. A call's, and a task's, may end after the client has its answer.</summary>
    private sealed class EndedSpans : IDisposable
    {
        private readonly ActivityListener _listener;
        private int _count;

        public EndedSpans(TaskApiFactory api)
        {
            // The service's own listener first: it hears of each span before this one does.
            _ = api.Services;
            _listener = new ActivityListener
            {
                ShouldListenTo = static _ => true,
                ActivityStopped = span =>
                {
                    if (span.TraceId.ToHexString() == Trace)
                        Interlocked.Increment(ref _count);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public void Reach(int count) => Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _count) == count, TimeSpan.FromSeconds(30)));

        public void Dispose() => _listener.Dispose();
    }
}
