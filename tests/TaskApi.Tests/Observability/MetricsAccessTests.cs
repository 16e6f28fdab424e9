using System.Net;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Security;

namespace TaskApi.Tests.Observability;

/// <summary>Who sees metrics, and of whom.</summary>
[Collection(nameof(WithoutOthers))]
public sealed class MetricsAccessTests : KeyedServiceTests
{
    [Fact]
    public async Task Metrics_WithoutAKey_AreRefused() => (await Get("/metrics")).IsProblem(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Metrics_WithAnyKey_AreTotalsAndNameNobody()
    {
        await North(HttpMethod.Post, "/tasks", """{"message":"secret-message","name":"secret-name","group":"secret-group","delaySeconds":5}""");
        await South(HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":5}""");

        var body = (await South(HttpMethod.Get, "/metrics")).Is(HttpStatusCode.OK).Body;

        Assert.Equal(2, Exposition.Read(body).Value("taskapi_task_created_total"));
        Assert.All((string[])["north", "south", "secret"], word => Assert.DoesNotContain(word, body, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>OpenTelemetry's own switch.</summary>
[Collection(nameof(WithoutOthers))]
public sealed class DisabledMetricsTests() : EndpointTests(("OTEL_SDK_DISABLED", "true"))
{
    [Fact]
    public async Task Metrics_SwitchedOff_AreNotThere()
    {
        await Create(5);

        (await Get("/metrics")).IsProblem(HttpStatusCode.NotFound);
    }
}

/// <summary>What the storage takes.</summary>
[Collection(nameof(WithoutOthers))]
public sealed class StorageMetricsTests() : EndpointTests(("Tasks:Storage", "Sqlite"))
{
    [Fact]
    public async Task Storage_Commits_AreMeasured()
    {
        await Post("/tasks/batch", """[{"message":"a","delaySeconds":5},{"message":"b","delaySeconds":5},{"message":"c","delaySeconds":5}]""");
        await Pass(Seconds(5));

        var metrics = Exposition.Read((await Get("/metrics")).Body);

        Assert.Equal(8, metrics.Value("taskapi_storage_commit_size_sum"));
        Assert.Equal(metrics.Value("taskapi_storage_commit_size_count"), metrics.Value("taskapi_storage_commit_duration_seconds_count"));
        Assert.Equal((4, 0), (metrics.Value("taskapi_task_created_total"), metrics.Value("taskapi_task_pending")));
        Assert.Equal(4, metrics.Value("taskapi_task_lateness_seconds_count"));
    }
}
