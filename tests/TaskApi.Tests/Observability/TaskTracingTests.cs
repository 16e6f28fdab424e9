using System.Collections.Concurrent;
using System.Diagnostics;
using TaskApi.AspNetCore.Observability;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Engine;

namespace TaskApi.Tests.Observability;

/// <summary>Which tasks are followed, and for how long.</summary>
[Collection(nameof(WithoutOthers))]
public sealed class TaskTracingTests : IDisposable
{
    private readonly TaskTracing _tracing = new(most: 2);
    private readonly EngineFixture _engine;
    private readonly ActivitySource _calls = new("Calls");
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TaskTracingTests()
    {
        _engine = new EngineFixture(observer: _tracing);
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Calls" or TaskTracing.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.Source.Name == TaskTracing.SourceName)
                    _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _calls.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public async Task Task_OfARecordedCall_IsASpanFromItsCreationToItsEndLinkedToTheCall()
    {
        TaskAnswer created;
        ActivityContext caller;
        using (var call = _calls.StartActivity("POST"))
        {
            caller = call!.Context;
            created = await Create(5);
        }

        _engine.Clock.Advance(TimeSpan.FromSeconds(5));
        var span = await Span();

        Assert.Equal((caller.TraceId, caller.SpanId, "task"), (span.TraceId, span.ParentSpanId, span.OperationName));
        Assert.Equal(caller, Assert.Single(span.Links).Context);
        Assert.Equal((created.Task!.CreatedAt.UtcDateTime, TimeSpan.FromSeconds(5)), (span.StartTimeUtc, span.Duration));
        Assert.Equal("completed", span.GetTagItem("taskapi.task.status"));
        Assert.True(SpinWait.SpinUntil(() => _tracing.Followed == 0, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Tasks_MoreThanAreFollowed_AreLeftOut()
    {
        using (_calls.StartActivity("POST"))
            await _engine.Storage.CreateManyAsync("", [New(5), New(5), New(5)], watch: false, Ended);

        Assert.Equal(2, _tracing.Followed);
    }

    [Fact]
    public async Task Task_OfNoCall_IsNotFollowed()
    {
        await Create(5);

        Assert.Equal(0, _tracing.Followed);
    }

    [Fact]
    public async Task Task_WhereNobodyListens_IsNotFollowed()
    {
        using var call = _calls.StartActivity("POST");
        _listener.Dispose();

        await Create(5);

        Assert.Equal(0, _tracing.Followed);
    }

    private static TaskSpec New(double delaySeconds) => new() { Message = "Hei", Schedule = new TaskSchedule { DelaySeconds = delaySeconds } };

    private ValueTask<TaskAnswer> Create(double delaySeconds) => _engine.Storage.CreateAsync("", New(delaySeconds), watch: false, Ended);

    private async Task<Activity> Span()
    {
        Activity? span;
        while (!_spans.TryDequeue(out span))
            await Task.Yield();
        return span;
    }
}
