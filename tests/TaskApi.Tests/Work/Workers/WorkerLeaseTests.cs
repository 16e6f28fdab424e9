using System.Net;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Work.Workers;

/// <summary>What a worker does when calls, leases and places run out.</summary>
public sealed class WorkerLeaseTests : EndpointTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_ThatIsLost_CancelsTheTokenAndTheOutcomeIsDropped()
    {
        var barrier = new Barrier();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerProgram.Start(Api, worker => worker.AddHandler("wait", async (TaskContext context, CancellationToken ended) =>
        {
            if (context.Attempt > 1)
                return "second";
            await barrier.Pass(ended).ContinueWith(_ => cancelled.SetResult(), TaskScheduler.Default);
            return "first";
        }));
        var id = (await Create("""{"type":"wait"}""")).Id();
        await barrier.Arrival();

        Clock.Advance(Seconds(31));
        await cancelled.Task.WaitAsync(Seconds(30), Ended);
        var task = (await Get($"/tasks/{id}?waitSeconds=600")).IsJson(HttpStatusCode.OK);

        Assert.Equal(("second", 2), (task.GetProperty("result").GetString(), task.GetProperty("attempt").GetInt32()));
        Assert.Contains(worker.Log.Events, static logged => logged.Id == 5007);
    }

    [Fact]
    public async Task Outcome_ThatCantBeTold_IsToldAgain()
    {
        var failures = 3;
        await using var worker = await WorkerProgram.Start(
            Api, static worker => worker.AddHandler("one", static () => 1),
            between: (_, body) => body.Contains("\"result\":1", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) >= 0 ? throw new HttpRequestException("Cut off.") : null);

        var task = (await Post("/tasks?waitSeconds=60", """{"type":"one"}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal((1, 1), (task.GetProperty("result").GetInt32(), task.GetProperty("attempt").GetInt32()));
        Assert.True(failures < 0);
    }

    [Fact]
    public async Task Service_ThatIsAwayForAWhile_IsFoundAgain()
    {
        var failures = 4;
        await using var worker = await WorkerProgram.Start(
            Api, static worker => worker.AddHandler("one", static () => 1), between: (_, _) => Interlocked.Decrement(ref failures) >= 0 ? throw new HttpRequestException("Nobody there.") : null);

        var task = (await Post("/tasks?waitSeconds=60", """{"type":"one"}""")).IsJson(HttpStatusCode.OK);

        Assert.Equal(1, task.GetProperty("result").GetInt32());
        Assert.Equal([5003, 5004], worker.Log.Events.Where(static logged => logged.Id is 5003 or 5004).Select(static logged => logged.Id));
    }

    [Fact]
    public async Task Node_ThatStops_IsLeftByTheNextCall()
    {
        var answered = 0;
        var closed = new TaskCompletionSource<bool?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("one", static () => 1), between: (request, _) =>
        {
            if (Interlocked.Increment(ref answered) == 1)
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            closed.TrySetResult(request.Headers.ConnectionClose);
            return null;
        });

        Assert.True(await closed.Task.WaitAsync(Seconds(30), Ended));
    }

    [Fact]
    public async Task Concurrency_OfTwo_RunsTwoAtOnce()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(
            Api, worker => worker.AddHandler("wait", () => barrier.Pass()).AddHandler("other", () => barrier.Pass()), static options => options.Concurrency = 2);
        await Post("/tasks/batch", """[{"type":"wait","group":"g"},{"type":"other","group":"g"},{"type":"wait","group":"g"},{"type":"other","group":"g"}]""");
        await barrier.Arrival();
        await barrier.Arrival();

        Assert.Equal((2, 0), (await Running(), barrier.Arrived));
        barrier.Open();
        Assert.True((await Post("/tasks/gather", """{"group":"g"}""")).IsJson(HttpStatusCode.OK).GetProperty("done").GetBoolean());
    }

    [Fact]
    public async Task MaxRunning_OfOneHandler_HoldsUpNoOther()
    {
        var barrier = new Barrier();
        await using var worker = await WorkerProgram.Start(
            Api, worker => worker.AddHandler("wait", () => barrier.Pass(), static options => options.MaxRunning = 1).AddHandler("one", static () => 1), static options => options.Concurrency = 1);
        await Post("/tasks/batch", """[{"type":"wait"},{"type":"wait"}]""");
        await barrier.Arrival();

        Assert.Equal(1, (await Post("/tasks?waitSeconds=60", """{"type":"one"}""")).IsJson(HttpStatusCode.OK).GetProperty("result").GetInt32());
        Assert.Equal((1, 0), (await Running(), barrier.Arrived));
        barrier.Open();
    }

    [Fact]
    public async Task Type_WithoutAHandler_IsGivenBackForLater()
    {
        await using var worker = await WorkerProgram.Start(Api, static worker => worker.AddHandler("one", static () => 1), static options => options.Queues.Add("mixed"));
        var id = (await Create("""{"type":"strange","queue":"mixed"}""")).Id();
        Assert.Equal(1, (await Post("/tasks?waitSeconds=60", """{"type":"one","queue":"mixed"}""")).IsJson(HttpStatusCode.OK).GetProperty("result").GetInt32());

        var outcome = "";
        for (var i = 0; outcome != "released" && i < 1000; i++)
            outcome = (await Get($"/tasks/{id}/attempts")).IsJson(HttpStatusCode.OK).GetProperty("attempts")[0].GetProperty("outcome").GetString();
        var task = (await Get($"/tasks/{id}")).IsJson(HttpStatusCode.OK);

        Assert.Equal(("pending", Now + Seconds(10)), (task.GetProperty("status").GetString(), task.GetProperty("dueAt").GetDateTimeOffset()));
        Assert.Contains(worker.Log.Events, static logged => logged.Id == 5006);
    }

    private async Task<long> Running() => (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).GetProperty("running").GetInt64();
}
