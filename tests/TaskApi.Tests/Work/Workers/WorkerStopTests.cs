using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Work.Workers;

/// <summary>How a worker ends, how it is, and what it is told wrongly.</summary>
public sealed class WorkerStopTests : EndpointTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_WhileAHandlerRuns_LetsItEnd()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(Api, worker => worker.AddHandler("wait", () => barrier.Pass()));
        var id = (await Create("""{"type":"wait"}""")).Id();
        await barrier.Arrival();

        var stopped = worker.Stop();
        barrier.Open();
        await stopped;

        Assert.Equal("completed", await StatusOf(id));
    }

    [Fact]
    public async Task Stop_BeyondTheGrace_CancelsTheTokenAndGivesTheTaskBack()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(Api, worker => worker.AddHandler("wait", (CancellationToken ended) => barrier.Pass(ended)), static options => options.ShutdownGrace = TimeSpan.Zero);
        var id = (await Create("""{"type":"wait"}""")).Id();
        await barrier.Arrival();

        await worker.Stop();

        Assert.Equal("pending", await StatusOf(id));
        Assert.DoesNotContain(worker.Log.Events, static logged => logged.Id == 124);
    }

    [Fact]
    public async Task Stop_WhileAHandlerIgnoresItsToken_GivesTheTaskBackAndNamesIt()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(
            Api, worker => worker.AddHandler("wait", () => barrier.Pass()), static options => (options.ShutdownGrace, options.CancelGrace) = (TimeSpan.Zero, TimeSpan.Zero));
        var id = (await Create("""{"type":"wait"}""")).Id();
        await barrier.Arrival();

        await worker.Stop();

        Assert.Equal("pending", await StatusOf(id));
        Assert.Contains(worker.Log.Events, static logged => logged.Id == 124);
        barrier.Open();
    }

    [Fact]
    public async Task Stop_Twice_DoesNoHarm()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("one", static () => 1));

        await worker.Stop();
        await worker.Stop();

        Assert.Single(worker.Log.Events, static logged => logged.Id == 5002);
    }

    [Fact]
    public async Task Health_OfAWorkerThatIsServed_IsGoodUntilItStops()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("one", static () => 1));
        await Post("/tasks?waitSeconds=60", """{"type":"one"}""");

        Assert.Equal(HealthStatus.Healthy, await Health(worker));
        await worker.Stop();
        Assert.Equal(HealthStatus.Unhealthy, await Health(worker));
    }

    [Fact]
    public async Task Health_OfAWorkerThatIsRefused_IsBadAndTheLogSaysWhyOnce()
    {
        var calls = 0;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("one", static () => 1), between: (_, _) =>
        {
            if (Interlocked.Increment(ref calls) == 3)
                second.SetResult();
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        });
        await second.Task.WaitAsync(Seconds(30), Ended);

        Assert.Equal(HealthStatus.Unhealthy, await Health(worker));
        Assert.Single(worker.Log.Events, static logged => logged.Id == 5005);
    }

    [Fact]
    public async Task Start_WithoutAHandler_SaysThatThereIsNone()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => WorkerProgram.Start(Api, static _ => { }));

        Assert.Contains("no handlers", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Concurrency")]
    [InlineData("Queues")]
    [InlineData("Name")]
    [InlineData("Lease")]
    [InlineData("LongPoll")]
    [InlineData("Timeout")]
    [InlineData("ShutdownGrace")]
    [InlineData("CancelGrace")]
    public async Task Option_OutOfItsRange_IsNamed(string name)
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => WorkerProgram.Start(Api, static _ => { }, options => Break(options, name)));

        Assert.StartsWith(name, fault.Message, StringComparison.Ordinal);
    }

    private static void Break(TaskApiWorkerOptions options, string name)
    {
        if (name == nameof(options.Queues))
            options.Queues.Add("not a queue");
        else if (name == nameof(options.Concurrency))
            options.Concurrency = 0;
        else
            typeof(TaskApiWorkerOptions).GetProperty(name)!.SetValue(options, name == nameof(options.Name) ? "" : TimeSpan.FromSeconds(-1));
    }

    private static async Task<HealthStatus> Health(WorkerProgram worker) =>
        (await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ended)).Entries["taskapi-worker"].Status;

    private async Task<string?> StatusOf(string id) => (await Get($"/tasks/{id}")).IsJson(HttpStatusCode.OK).GetProperty("status").GetString();
}
