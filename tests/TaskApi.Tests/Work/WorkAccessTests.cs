using System.Diagnostics;
using System.Net;
using TaskApi.AspNetCore.Observability;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Whose work it is, where there are keys; when the service stops; and what is measured.</summary>
public sealed class WorkAccessTests : WorkEndpointTests
{
    public WorkAccessTests()
        : base(("Work:OverdueAlarm", "00:00:30"))
    {
    }

    [Fact]
    public async Task Create_InATraceOfTheCallers_HandsItOn()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        (await Post("/tasks", """{"type":"resize"}""", ("traceparent", $"00-{Trace}-00f067aa0ba902b7-00"))).IsJson(HttpStatusCode.Accepted);

        var handed = Assert.Single((await Acquire()).Items("tasks")).Text("traceparent")!;

        Assert.True(ActivityContext.TryParse(handed, traceState: null, out var context));
        Assert.Equal(Trace, context.TraceId.ToHexString());
    }

    [Fact]
    public async Task Metrics_OfWork_TellWhatBecameOfIt()
    {
        // Of a type of its own: a process that has several services in it, as this one has, measures them together.
        const string Ours = "{\"type\":\"measured\"}";
        await Create(Ours);
        await Finish(Token(Assert.Single((await Acquire(queue: "measured")).Items("tasks"))), "\"error\":{\"reason\":\"ValueError\"}");
        await Create(Ours);
        await Acquire(queue: "measured");
        await Create(Ours);

        var metrics = (await Get("/metrics")).Is(HttpStatusCode.OK).Body.Split('\n');

        AssertHas("taskapi_attempt_started_total", "taskapi_task_type=\"measured\"", "} 2");
        AssertHas("taskapi_work_finished_total", "taskapi_task_type=\"measured\"", "taskapi_task_status=\"failed\"", "} 1");
        AssertHas("taskapi_queue_running", "taskapi_queue=\"measured\"", "} 1");
        AssertHas("taskapi_queue_ready", "taskapi_queue=\"measured\"", "} 1");
        AssertHas("taskapi_attempt_duration_seconds_count", "taskapi_task_type=\"measured\"", "taskapi_attempt_outcome=\"failed\"", "} 1");

        void AssertHas(string name, params string[] parts) =>
            Assert.Contains(metrics, line => line.StartsWith(name + "{", StringComparison.Ordinal) && parts.All(part => line.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ready_WhenATaskHasWaitedTooLong_IsDegraded()
    {
        await CreateWork();
        await Pass(Seconds(30));
        Assert.Equal("healthy", (await Get("/health/ready")).IsJson(HttpStatusCode.OK).Status());

        await Pass(Seconds(1));

        var health = (await Get("/health/ready")).IsJson(HttpStatusCode.OK);
        Assert.Equal("degraded", health.Status());
        Assert.Equal("A task has waited 31.0 s for somebody to run it.", Assert.Single(health.Items("reasons")).GetString());
    }

    [Fact]
    public void Labels_BeyondAHundred_AreOneMore()
    {
        var labels = new BoundedLabels();
        for (var i = 0; i < BoundedLabels.Most; i++)
            Assert.Equal($"t{i}", labels.Of($"t{i}"));

        Assert.Equal("other", labels.Of("one more"));
        Assert.Equal("t7", labels.Of("t7"));
    }
}
