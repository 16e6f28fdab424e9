using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Api.Work;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Attempts of workers in the traces of whoever created their tasks.</summary>
public sealed class WorkerSpansTests : WorkEndpointTests
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public WorkerSpansTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is nameof(TaskApi) or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == _trace)
                    _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public override ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Attempts_OfARecordedTrace_AreSpansLinkedToTheCreation()
    {
        var began = await CreateTraced();
        var lost = Token(Assert.Single((await Acquire()).Items("tasks")));
        Clock.Advance(Seconds(40));
        var second = Token(Assert.Single((await Acquire(more: ""","waitSeconds":1""")).Items("tasks")));
        Clock.Advance(Seconds(2));

        await Finish(second, """ "error":{"reason":"ValueError"} """);
        await Finish(lost, "\"result\":1");

        var runs = _spans.Where(static span => span.OperationName == "run resize").ToList();
        Assert.Equal(["lost", "failed"], runs.Select(static span => span.GetTagItem("taskapi.task.outcome")));
        Assert.All(runs, static span => Assert.Equal(ActivityKind.Consumer, span.Kind));
        var create = Assert.Single(_spans, static span => span.OperationName == "create resize");
        Assert.Equal(ActivityKind.Producer, create.Kind);
        Assert.All(runs, span => Assert.Equal(create.SpanId, Assert.Single(span.Links).Context.SpanId));
        Assert.Equal((began, "ValueError"), (runs[0].StartTimeUtc, runs[1].GetTagItem("error.type")));
        Assert.Equal(Seconds(2), runs[1].Duration);
    }

    [Fact]
    public async Task Attempt_ThatIsNotTaken_IsNone()
    {
        await CreateTraced();
        var token = Token(Assert.Single((await Acquire()).Items("tasks")));
        await Finish(token, "\"result\":1");
        await Finish(token, "\"result\":1");
        await Finish(token, "\"result\":2");

        Assert.Single(_spans, static span => span.OperationName == "run resize");
    }

    [Fact]
    public async Task Attempt_ThatReachedNobody_IsNone()
    {
        await CreateTraced();
        var (work, spans) = (Api.Services.GetRequiredService<IWorkSource>(), Api.Services.GetRequiredService<WorkerSpans>());
        var tasks = (await work.AcquireAsync(WorkFixture.Call(["resize"]), WorkFixture.Ended)).Tasks;
        spans.OnAcquired(tasks);
        spans.OnReturned(tasks);
        await work.ReturnAsync("", [tasks[0].Token]);

        await Finish(Token(Assert.Single((await Acquire()).Items("tasks"))), "\"result\":1");

        Assert.Equal("completed", Assert.Single(_spans, static span => span.OperationName == "run resize").GetTagItem("taskapi.task.outcome"));
    }

    private async Task<DateTime> CreateTraced()
    {
        (await Post("/tasks", """{"type":"resize"}""", ("traceparent", $"00-{_trace}-00f067aa0ba902b7-01"))).IsJson(HttpStatusCode.Accepted);
        return Now.UtcDateTime;
    }
}
