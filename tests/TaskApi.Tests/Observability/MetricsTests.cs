using System.Net;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Observability;

/// <summary>The instruments of a service are known to all of the process, so these tests have it for themselves.</summary>
[CollectionDefinition(nameof(WithoutOthers), DisableParallelization = true)]
public sealed class WithoutOthers : ICollectionFixture<WithoutOthers.Described>
{
    /// <summary>Has the description read, which a service of its own is asked for once, before there is one whose requests are counted.</summary>
    public sealed class Described : IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await ApiDescription.Current;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

[Collection(nameof(WithoutOthers))]
public sealed class MetricsTests() : EndpointTests(("Tasks:MaxPending", "1234"), ("Limits:MaxWaits", "77"), ("Limits:MaxStreams", "66"))
{
    [Fact]
    public async Task Metrics_Fetched_AreInPrometheusTextFormat()
    {
        await Create(5);
        await Get("/nowhere");

        var reply = (await Get("/metrics")).Is(HttpStatusCode.OK);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.ContentHeaders.ContentType?.ToString());
        Assert.NotEmpty(Exposition.Read(reply.Body).Families);
    }

    [Fact]
    public async Task Metrics_AskedForAsOpenMetrics_AreThat()
    {
        var reply = (await Get("/metrics", ("Accept", "application/openmetrics-text;version=1.0.0"))).Is(HttpStatusCode.OK);

        Assert.Equal("application/openmetrics-text", reply.MediaType);
        Assert.EndsWith("# EOF\n", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OtherMethods_AreNotAllowed()
    {
        var reply = (await Post("/metrics", "{}")).IsProblem(HttpStatusCode.MethodNotAllowed);

        Assert.Equal(["GET", "HEAD"], reply.ContentHeaders.Allow);
        (await Send(HttpMethod.Head, "/metrics", null)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Tasks_OfEachEnd_AreCounted()
    {
        await Create(5);
        var cancelled = await Create(10);
        await Create(100);
        await Delete($"/tasks/{cancelled}");
        await Pass(Seconds(6));

        var metrics = await Scrape();

        Assert.Equal(4, metrics.Value("taskapi_task_created_total"));
        Assert.Equal(2, metrics.Value("taskapi_task_finished_total", ("taskapi_task_status", "completed")));
        Assert.Equal(1, metrics.Value("taskapi_task_finished_total", ("taskapi_task_status", "cancelled")));
        Assert.Equal(0, metrics.Value("taskapi_task_finished_total", ("taskapi_task_status", "failed")));
        Assert.Equal(1, metrics.Value("taskapi_task_pending"));
        Assert.Equal(1234, metrics.Value("taskapi_task_limit"));
        Assert.Equal(0, metrics.Value("taskapi_task_overdue_seconds"));
        Assert.Equal(1, metrics.Value("taskapi_storage_available"));
    }

    [Fact]
    public async Task Lateness_IsADistributionFromATenthOfAMillisecondTo10Seconds()
    {
        await Create(5);
        Clock.Advance(Seconds(5));
        await Pass(Seconds(1));

        var metrics = await Scrape();

        Assert.Equal(2, metrics.Value("taskapi_task_lateness_seconds_count"));
        var bounds = metrics.Families["taskapi_task_lateness_seconds"].Samples.Where(static sample => sample.Labels.ContainsKey("le")).Select(static sample => sample.Labels["le"]).ToList();
        Assert.Equal(("0.0001", "10", "+Inf"), (bounds[0], bounds[^2], bounds[^1]));
    }

    [Fact]
    public async Task Waits_AreCountedWhileTheyLastAndMeasuredWhenTheyEnd()
    {
        var id = await Create(100);
        var timedOut = Get($"/tasks/{id}?waitSeconds=20");
        var finished = Post("/tasks/gather", $$"""{"ids":["{{id}}"]}""");
        await Clock.TimerArmed(Seconds(20));
        await Clock.TimerArmed(Seconds(300));

        var during = await Scrape();
        Clock.Advance(Seconds(20));
        await timedOut;
        Clock.Advance(Seconds(80));
        await finished;
        var after = await Scrape();

        Assert.Equal((2, 77), (during.Value("taskapi_wait_active"), during.Value("taskapi_wait_limit")));
        Assert.Equal(0, after.Value("taskapi_wait_active"));
        Assert.Equal(20, after.Value("taskapi_wait_duration_seconds_sum", ("taskapi_wait_end", "timed_out")));
        Assert.Equal(100, after.Value("taskapi_wait_duration_seconds_sum", ("taskapi_wait_end", "finished")));
    }

    [Fact]
    public async Task Wait_HungUp_IsMeasuredAsThat()
    {
        await HangUp(waitSeconds: 20, afterSeconds: 7);
        await Clock.TimerGone(Seconds(13));
        await Clock.TimerGone(Seconds(13));

        Assert.Equal(7, (await Until("taskapi_wait_duration_seconds_count")).Value("taskapi_wait_duration_seconds_sum", ("taskapi_wait_end", "hung_up")));
    }

    [Fact]
    public async Task Streams_AreCountedWhileTheyAreOpen()
    {
        using var stream = await Open(HttpMethod.Get, "/tasks/events");

        var metrics = await Scrape();

        Assert.Equal((1, 66), (metrics.Value("taskapi_stream_active"), metrics.Value("taskapi_stream_limit")));
    }

    [Fact]
    public async Task Requests_ToAnyPathByAnyMethod_MakeFewSeries()
    {
        await Get("/metrics");
        for (var i = 0; i < 20; i++)
        {
            await Get($"/tasks/{Guid.NewGuid()}");
            await Get($"/nowhere/{i}");
            await Send(new HttpMethod($"M{i}"), "/tasks", null);
        }

        var metrics = await Scrape();

        var counts = metrics.Families["http_server_request_duration_seconds"].Samples.Where(static sample => sample.Name.EndsWith("_count", StringComparison.Ordinal)).ToList();
        Assert.InRange(counts.Count, 3, 6);
        Assert.Contains(counts, static sample => sample.Labels.GetValueOrDefault("http_route")?.TrimEnd('/') == "/tasks/{id}" && sample.Value == 20);
        Assert.Contains(counts, static sample => sample.Labels["http_request_method"] == "_OTHER" && sample.Value == 20);
    }

    [Fact]
    public async Task Metric_OfTheService_IsInTheTableOfOperations()
    {
        var page = RepositoryFile.Read("docs/operations.md");
        var described = page.Split('\n').Where(static line => line.StartsWith("| `taskapi_", StringComparison.Ordinal)).Select(static line => line.Split('`')[1])
            .Where(static name => !name.Contains(' ', StringComparison.Ordinal)).ToList();
        var id = await Create(1);
        var wait = Get($"/tasks/{id}?waitSeconds=20");
        await Clock.TimerArmed(Seconds(20));
        await Pass(Seconds(1));
        await wait;
        await Work();

        var metrics = await Scrape();

        // Those of the storage have a test of their own, which has one.
        Assert.Equal(
            described.Where(static name => !name.StartsWith("taskapi_storage_commit", StringComparison.Ordinal)).Order(),
            metrics.Families.Keys.Where(static name => name.StartsWith("taskapi_", StringComparison.Ordinal)).Order());
        Assert.All(metrics.Families.Values, family => Assert.Contains($"`{family.Name}`", page, StringComparison.Ordinal));
        Assert.All(metrics.Families.Values, static family => Assert.EndsWith(family.Name == "target_info" ? "metadata" : ".", family.Help, StringComparison.Ordinal));
    }

    // One task with a type ends, one runs, and one waits; a URL is called that may not be.
    private async Task Work()
    {
        (await Post("/tasks/batch", """[{"type":"resize"},{"type":"resize"},{"type":"resize"}]""")).Is(HttpStatusCode.Accepted);
        var tasks = (await Post("/work/acquire", """{"worker":"w","queues":["resize"],"max":2}""")).IsJson(HttpStatusCode.OK).Items("tasks");
        await Post("/work/finish", $$"""{"outcomes":[{"token":"{{tasks[0].GetProperty("lease").Text("token")}}","result":1}]}""");
        await Post("/work/heartbeat", """{"worker":"w","leases":[{"token":"nonsense"}]}""");
        (await Post("/tasks?waitSeconds=60", """{"type":"http","input":{"url":"http://10.0.0.1/"}}""")).Is(HttpStatusCode.OK);
    }

    private async Task<Exposition> Scrape() => Exposition.Read((await Get("/metrics")).Is(HttpStatusCode.OK).Body);

    // A hang-up is noticed a moment after it.
    private async Task<Exposition> Until(string sample)
    {
        while (true)
        {
            var metrics = await Scrape();
            if (metrics.Families.Values.Any(family => family.Samples.Any(one => one.Name == sample)))
                return metrics;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
