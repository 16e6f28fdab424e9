using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Work.Workers;

/// <summary>What a worker asks for whose queues have more tasks of a handler than that has room for.</summary>
public sealed class WorkerRoomTests : EndpointTests
{
    private const int Concurrency = 100;

    private readonly ConcurrentQueue<int> _asked = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly Barrier _barrier = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tasks_OfHandlersThatAreAllBounded_WaitInTheirQueue()
    {
        await CreateMany(20);
        await using var worker = await Start(static worker => worker);
        for (var i = 0; i < 2; i++) await _barrier.Arrival();
        _barrier.Open();

        var tasks = (await Post("/tasks/gather", """{"group":"g"}""")).IsJson(HttpStatusCode.OK).Items("tasks");

        Assert.All(tasks, static task => Assert.Equal(1, task.Number("attempt")));
        Assert.All(_asked, static most => Assert.InRange(most, 1, 2));
    }

    [Fact]
    public async Task Tasks_OfAHandlerThatIsFull_AreNotAskedForOverAndOver()
    {
        var (runs, asked) = (0, new TaskCompletionSource<int[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        await CreateMany(300);
        await using var worker = await Start(worker => worker.AddHandler("one", static () => 1), () =>
        {
            if (Interlocked.Increment(ref runs) == 150)
                asked.SetResult([.. _asked]);
        });
        for (var i = 0; i < 2; i++) await _barrier.Arrival();

        await _clock.TimerArmed(Seconds(1));
        Assert.Equal(Concurrency, Assert.Single(_asked));
        _barrier.Open();

        Assert.All((await asked.Task.WaitAsync(Seconds(30), Ended))[1..], static most => Assert.InRange(most, 1, 2));
    }

    [Fact]
    public async Task Tasks_BehindThoseOfAHandlerThatIsFull_AreFoundAfterASecond()
    {
        await CreateMany(Concurrency);
        var behind = (await Create("""{"type":"one","queue":"mixed"}""")).Id();
        await using var worker = await Start(static worker => worker.AddHandler("one", static () => 1));
        await _clock.TimerArmed(Seconds(1));

        _clock.Advance(Seconds(1));

        Assert.Equal("completed", (await Get($"/tasks/{behind}?waitSeconds=60")).IsJson(HttpStatusCode.OK).Status());
        _barrier.Open();
    }

    private Task<Reply> CreateMany(int count) => Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat("""{"type":"wait","queue":"mixed","group":"g"}""", count))}]");

    private Task<WorkerProgram> Start(Func<TaskHandlersBuilder, TaskHandlersBuilder> add, Action? run = null) => WorkerProgram.Start(
        Api,
        worker => add(worker.AddHandler(
            "wait",
            async () =>
            {
                await _barrier.Pass();
                run?.Invoke();
            },
            static options => options.MaxRunning = 2)).Services.AddSingleton<TimeProvider>(_clock),
        static options =>
        {
            options.Concurrency = Concurrency;
            options.Queues.Add("mixed");
        },
        (request, body) =>
        {
            if (request.RequestUri!.AbsolutePath == "/work/acquire")
                _asked.Enqueue(JsonDocument.Parse(body).RootElement.GetProperty("max").GetInt32());
            return null;
        });
}
