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
            return Task.CompletedTask;
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

    [Fact]
    public async Task Tasks_BehindThoseOfAHandlerThatIsNeverFullForASecond_AreFoundAfterOne()
    {
        var (runs, behind) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _barrier.Open();
        await CreateMany(Concurrency + 50);
        await Create("""{"type":"one","queue":"mixed"}""");
        // Two at a time come through, and none any more before those behind them are found.
        await using var worker = await Start(worker => worker.AddHandler("one", behind.SetResult), async () =>
        {
            var run = Interlocked.Increment(ref runs);
            if (run <= 20)
                _clock.Advance(Seconds(0.1));
            else if (run > 40)
                await behind.Task;
        });

        await behind.Task.WaitAsync(Seconds(30), Ended);
    }

    [Fact]
    public async Task Tasks_BehindThoseOfAHandlerThatIsFull_AreLookedForAsFarWhereAllAreBounded()
    {
        await CreateMany(50);
        var behind = (await Create("""{"type":"bounded","queue":"mixed"}""")).Id();
        await using var worker = await Start(static worker => worker.AddHandler("bounded", static () => 1, static options => options.MaxRunning = 2));
        await _clock.TimerArmed(Seconds(1));

        _clock.Advance(Seconds(1));

        Assert.Equal("completed", (await Get($"/tasks/{behind}?waitSeconds=25")).IsJson(HttpStatusCode.OK).Status());
        Assert.Equal([4, Concurrency], _asked.Take(2));
        _barrier.Open();
    }

    [Fact]
    public async Task Tasks_OfHandlersThatAreAllFull_AreNotAskedForOverAndOver()
    {
        var (runs, asked) = (0, new TaskCompletionSource<int[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        await CreateMany(10);
        await CreateMany(300, "wait", "bounded");
        await using var worker = await Start(worker => AddBounded(worker, "bounded", Run), Run);
        for (var i = 0; i < 2; i++) await _barrier.Arrival();
        await _clock.TimerArmed(Seconds(1));
        _clock.Advance(Seconds(1));
        for (var i = 0; i < 2; i++) await _barrier.Arrival();
        _barrier.Open();

        Assert.Equal(Concurrency, Assert.Single(await asked.Task.WaitAsync(Seconds(30), Ended), static most => most > 4));

        Task Run()
        {
            if (Interlocked.Increment(ref runs) == 60)
                asked.SetResult([.. _asked]);
            return Task.CompletedTask;
        }
    }

    private Task<Reply> CreateMany(int count, params string[] types) => Post(
        "/tasks/batch",
        $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"type":"{{(types is [] ? "wait" : types[i % types.Length])}}","queue":"mixed","group":"g"}"""))}]");

    // Two at a time, that stay until the barrier opens.
    private TaskHandlersBuilder AddBounded(TaskHandlersBuilder worker, string type, Func<Task>? run) => worker.AddHandler(
        type,
        async () =>
        {
            await _barrier.Pass();
            await (run?.Invoke() ?? Task.CompletedTask);
        },
        static options => options.MaxRunning = 2);

    private Task<WorkerProgram> Start(Func<TaskHandlersBuilder, TaskHandlersBuilder> add, Func<Task>? run = null) => WorkerProgram.Start(
        Api,
        worker => AddBounded(add(worker), "wait", run).Services.AddSingleton<TimeProvider>(_clock),
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
