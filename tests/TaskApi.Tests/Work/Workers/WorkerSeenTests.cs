using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Client.Work;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Work.Workers;

/// <summary>What is measured of a worker, and the pauses between its tries.</summary>
public sealed class WorkerSeenTests : EndpointTests
{
    [Fact]
    public async Task Attempt_InAWorker_IsMeasuredAndASpan()
    {
        var measured = new ConcurrentQueue<string>();
        var spans = new ConcurrentQueue<Activity>();
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("seen.one", static () => 1));
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "TaskApi.Worker" && instrument.Meter.Scope == worker.Services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => measured.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(static tag => tag.Value))}"));
        meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured.Enqueue($"{instrument.Name} {value}"));
        meters.Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "TaskApi",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        (await Post("/tasks?waitSeconds=60", """{"type":"seen.one"}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal(["taskapi.worker.attempt.duration seen.one completed", "taskapi.worker.running -1", "taskapi.worker.running 1"], measured.Order(StringComparer.Ordinal));
        Assert.Contains(spans, static span => span is { OperationName: "run seen.one", Kind: ActivityKind.Consumer } && (string?)span.GetTagItem("taskapi.task.outcome") == "completed");
    }

    [Fact]
    public async Task Task_OfAHandlerThatIsFull_IsGivenBackForASecond()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(Api, worker => worker.AddHandler("wait", () => barrier.Pass(), static options => options.MaxRunning = 1).AddHandler("one", static () => 1), static options => options.Queues.Add("mixed"));
        await Post("/tasks/batch", """[{"type":"wait","queue":"mixed","group":"g"},{"type":"wait","queue":"mixed","group":"g"}]""");
        await barrier.Arrival();
        var second = (await Get("/tasks?order=newest&limit=1")).IsJson(HttpStatusCode.OK).Items("tasks")[0].Id();
        var attempts = 0;
        for (var i = 0; i < 1000 && attempts == 0; i++)
            attempts = (await Get($"/tasks/{second}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts").Count(static attempt => attempt.Text("outcome") == "released");

        Assert.Equal(("pending", Now + Seconds(1)), ((await Get($"/tasks/{second}")).IsJson(HttpStatusCode.OK).Status(), (await Get($"/tasks/{second}")).IsJson(HttpStatusCode.OK).Instant("dueAt")));
        barrier.Open();
        (await Post("/tasks/wait", $$"""{"ids":["{{(await Get("/tasks?limit=1")).IsJson(HttpStatusCode.OK).Items("tasks")[0].Id()}}"]}""")).IsJson(HttpStatusCode.OK);
        Clock.Advance(Seconds(1));
        Assert.Equal("completed", (await Get($"/tasks/{second}?waitSeconds=60")).IsJson(HttpStatusCode.OK).Status());
    }

    [Fact]
    public void Pause_OfOneTryAfterTheOther_GrowsToTenSecondsAndIsNeverTheSame()
    {
        var backoff = new WorkerBackoff(TimeProvider.System);
        var pauses = Enumerable.Range(0, 20).Select(_ => backoff.Next(exception: null)).ToList();

        Assert.InRange(pauses[0], TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100));
        Assert.InRange(pauses[3], TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(800));
        Assert.All(pauses[10..], static pause => Assert.InRange(pause, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)));
        Assert.NotEqual(pauses[18], pauses[19]);
        backoff.Reset();
        Assert.InRange(backoff.Next(new ServiceBusyException(new Problem { Status = 503 }, TimeSpan.FromSeconds(4))), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(2)]
    public void Pause_WithABound_IsNeverLonger(double seconds)
    {
        var most = TimeSpan.FromSeconds(seconds);
        var backoff = new WorkerBackoff(TimeProvider.System, most);

        for (var i = 0; i < 8; i++) backoff.Next(exception: null);
        Assert.All(Enumerable.Range(0, 12).Select(_ => backoff.Next(exception: null)), pause => Assert.InRange(pause, most / 2, most));
        Assert.InRange(backoff.Next(new ServiceBusyException(new Problem { Status = 503 }, TimeSpan.FromSeconds(4))), most / 2, most);
        backoff.Reset();
        Assert.InRange(backoff.Next(exception: null), TimeSpan.Zero, most);
    }
}
