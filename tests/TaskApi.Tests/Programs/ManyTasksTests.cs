using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Client;
using TaskApi.Reading;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests.Programs;

/// <summary>Many tasks, in the process that has them.</summary>
public sealed class ManyLocalTasksTests : ManyTasksTests
{
    protected override ITasks Tasks => Api.Services.GetRequiredService<ITasks>();
}

/// <summary>Many tasks, over HTTP.</summary>
public sealed class ManyRemoteTasksTests : ManyTasksTests
{
    protected override ITasks Tasks { get => field ??= new TaskApiClient(Api.CreateTestClient()); }
}

/// <summary>What a program sees of many of its tasks, wherever they are: one suite.</summary>
public abstract class ManyTasksTests()
    : EndpointTests(new TaskApiFactory { Registrations = static services => services.AddHandlerDelegate(static (int number) => number < 0 ? throw new TaskFailedException("negative") : number * 2, "double", configure: null) })
{
    /// <summary>The subject.</summary>
    protected abstract ITasks Tasks { get; }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_AfterAnother_WaitsForThat()
    {
        var first = await Tasks.CreateAsync(new NewTask("Hei", Seconds(5)), Ended);
        var second = await Tasks.CreateAsync<int, int>("double", 2, new() { After = [first.Id], AfterOn = AfterRule.Done }, Ended);

        var info = await second.GetAsync(Ended);
        Assert.Equal((first.Id, AfterRule.Done, 1, DateTimeOffset.MaxValue), (Assert.Single(info.After!.Ids), info.After.On, info.After.Left, info.DueAt));
        Clock.Advance(Seconds(5));
        Assert.Equal(4, await second);
        Assert.Equal((null, Now), (await second.GetAsync(Ended) is var done ? (done.After, done.DueAt) : default));
    }

    [Fact]
    public async Task Create_WithACallback_CallsWhenItIsDone()
    {
        await using var receiver = new Receiver();
        var callback = new TaskCallback(receiver.Url) { Headers = new Dictionary<string, string> { ["X-Mine"] = "1" }, On = [TaskState.Completed] };
        var tasks = await Tasks.CreateManyAsync([new NewTask("Hei", Seconds(5)) { Callback = callback }, NewTask.Of("double", -1, new() { Callback = callback })], Ended);

        Clock.Advance(Seconds(5));
        await Tasks.WaitAsync(tasks, cancellationToken: Ended);
        var call = Assert.Single(await Tasks.ListAsync(new TaskFilter { Type = "http" }, Ended).ToListAsync(Ended));
        await Tasks.WaitAsync([Tasks.Attach(call.Id)], cancellationToken: Ended);

        Assert.Equal(tasks[0].Id, call.Parent);
        Assert.Equal("1", Assert.Single(receiver.Requests).Headers["x-mine"]);
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync(new NewTask("Hei") { Callback = new TaskCallback("ftp://example.com") }, Ended));
        Assert.Equal("callback.url", Assert.Single(refused.Problem.Errors!).Key);
    }

    [Fact]
    public async Task Create_AfterWhatNobodyKnows_IsRefused()
    {
        var unknown = Guid.CreateVersion7();
        var task = NewTask.Of("double", 1, new() { After = [unknown] });

        var one = await Assert.ThrowsAsync<TaskNotFoundException>(() => Tasks.CreateAsync(task, Ended));
        var many = await Assert.ThrowsAsync<TaskNotFoundException>(() => Tasks.CreateManyAsync([new NewTask("Hei"), task], Ended));

        Assert.All((Problem[])[one.Problem, many.Problem], problem => Assert.Equal((404, unknown.ToString()), (problem.Status, Assert.Single(problem.Ids!))));
    }

    [Fact]
    public async Task Gather_OfCoroutines_AnswersInTheOrderGiven()
    {
        TaskHandle<int>[] tasks = [await Double(3), await Double(1), await Double(2)];

        Assert.Equal([6, 2, 4, 6], await Tasks.GatherAsync([.. tasks, tasks[0]], Ended));
        Assert.Equal(["6", "2"], await Tasks.GatherAsync([(TaskHandle)tasks[0], tasks[1]], Ended));
        Assert.Empty(await Tasks.GatherAsync(Array.Empty<TaskHandle>(), Ended));
    }

    [Fact]
    public async Task Gather_WithOneThatFails_IsThatAtOnce()
    {
        TaskHandle[] tasks = [await Tasks.CreateAsync(new NewTask("never", Seconds(1000)), Ended), await Double(-1)];

        var failed = await Assert.ThrowsAsync<GatherFailedException>(() => Tasks.GatherAsync(tasks, Ended));

        Assert.Equal((1, tasks[1].Id, "negative"), (failed.Problem.Index, failed.Problem.Task!.Id, failed.Problem.Task.Error!.Reason));
    }

    [Fact]
    public async Task GatherAll_WithOneThatFails_WaitsForAll()
    {
        TaskHandle[] tasks = [await Double(-1), await Double(1)];

        Assert.Equal([TaskState.Failed, TaskState.Completed], (await Tasks.GatherAllAsync(tasks, Ended)).Select(static task => task.Status));
    }

    [Fact]
    public async Task Wait_ForTheFirst_IsOverWhenItIsDone()
    {
        var tasks = await Tasks.CreateManyAsync([new NewTask("late", Seconds(1000)), new NewTask("now")], Ended);

        var waited = await Tasks.WaitAsync(tasks, ReturnWhen.FirstCompleted, cancellationToken: Ended);

        Assert.Equal(("now", "late"), (Assert.Single(waited.Done).Message, Assert.Single(waited.Pending).Message));
        await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.WaitAsync([], cancellationToken: Ended));
    }

    [Fact]
    public async Task Wait_ForTheFirstFailure_PassesOverOthers()
    {
        TaskHandle[] tasks = [await Double(1), await Tasks.CreateAsync(new NewTask("late", Seconds(1000)), Ended), await Double(-1)];

        var waited = await Tasks.WaitAsync(tasks, ReturnWhen.FirstException, cancellationToken: Ended);

        Assert.Contains(waited.Done, static task => task.Status == TaskState.Failed);
        Assert.Equal("late", Assert.Single(waited.Pending).Message);
    }

    [Fact]
    public async Task AsCompleted_OfTasks_ComesInTheOrderOfTheirEnds()
    {
        var tasks = await Tasks.CreateManyAsync([new NewTask("second", Seconds(2)), new NewTask("first", Seconds(1)), new NewTask("at once")], Ended);
        await tasks[2].ResultAsync(Ended);
        await using var finished = Tasks.AsCompletedAsync(tasks, Ended).GetAsyncEnumerator(Ended);

        Assert.True(await finished.MoveNextAsync());
        Assert.Equal("at once", finished.Current.Message);
        Clock.Advance(Seconds(1));
        Assert.True(await finished.MoveNextAsync());
        Assert.Equal("first", finished.Current.Message);
        Clock.Advance(Seconds(1));
        Assert.True(await finished.MoveNextAsync());
        Assert.Equal("second", finished.Current.Message);
        Assert.False(await finished.MoveNextAsync());
    }

    [Fact]
    public async Task List_WithAFilter_HasWhatMatches()
    {
        await Tasks.CreateManyAsync([new NewTask("a", Seconds(9)) { Group = "g" }, new NewTask("b", Seconds(9)), NewTask.Of("double", 1, new() { Delay = Seconds(9), Group = "g", Key = "k", Queue = "q" })], Ended);

        Assert.Equal(["a", null], await Tasks.ListAsync(new TaskFilter { Group = "g" }, Ended).Select(static task => task.Message).ToListAsync(Ended));
        Assert.Equal(["double"], await Tasks.ListAsync(new TaskFilter { Type = "double", Key = "k", Queue = "q", Status = TaskState.Pending }, Ended).Select(static task => task.Type).ToListAsync(Ended));
        Assert.Equal("double", (await Tasks.ListAsync(new TaskFilter { NewestFirst = true }, Ended).FirstAsync(Ended)).Type);
        Assert.Equal(["b"], await Tasks.ListAsync(new TaskFilter { Text = "B", Status = TaskState.Pending, NewestFirst = true }, Ended).Where(static task => task.Type is null).Select(static task => task.Message).ToListAsync(Ended));
        Assert.Empty(await Tasks.ListAsync(new TaskFilter { Parent = Guid.CreateVersion7() }, Ended).ToListAsync(Ended));
        var time = (await Tasks.ListAsync(filter: null, Ended).FirstAsync(Ended)).CreatedAt;
        Assert.NotEmpty(await Tasks.ListAsync(new TaskFilter { CreatedAfter = time, CreatedBefore = time.AddHours(1) }, Ended).ToListAsync(Ended));
        Assert.Empty(await Tasks.ListAsync(new TaskFilter { CreatedBefore = time }, Ended).ToListAsync(Ended));
    }

    [Fact]
    public async Task List_SoonestFirst_IsByDueTime()
    {
        await Tasks.CreateManyAsync(Enumerable.Range(0, 1_100).Select(static i => new NewTask($"{i}", Seconds(3_000 - i)) { Group = i % 2 == 0 ? "g" : null }), Ended);

        Assert.Equal(Enumerable.Range(0, 1_100).Reverse().Select(static i => $"{i}"), await Tasks.ListAsync(new TaskFilter { SoonestFirst = true }, Ended).Select(static task => task.Message).ToListAsync(Ended));
        Assert.Equal(550, await Tasks.ListAsync(new TaskFilter { SoonestFirst = true, Group = "g", Status = TaskState.Pending }, Ended).CountAsync(Ended));
    }

    [Fact]
    public async Task List_SoonestFirst_TakesNoOtherOrder()
    {
        foreach (var (filter, field) in new[] { (new TaskFilter { NewestFirst = true }, "order"), (new TaskFilter { Text = "a" }, "q"), (new TaskFilter { Status = TaskState.Failed }, "status") })
        {
            var refused = await Assert.ThrowsAsync<InvalidRequestException>(async () => await Tasks.ListAsync(filter with { SoonestFirst = true }, Ended).ToListAsync(Ended));
            Assert.Equal(field, Assert.Single(refused.Problem.Errors!).Key);
        }
    }

    [Fact]
    public async Task CancelAll_OfATime_LeavesTheOthers()
    {
        await Tasks.CreateAsync(new NewTask("a", Seconds(900)) { Group = "g" }, Ended);
        Clock.Advance(Seconds(60));
        var (from, task) = (Now, await Tasks.CreateAsync(new NewTask("b", Seconds(900)) { Group = "g" }, Ended));
        Clock.Advance(Seconds(60));
        await Tasks.CreateAsync(new NewTask("c", Seconds(900)) { Group = "g" }, Ended);

        Assert.Equal(1, await Tasks.CancelAllAsync("g", from, from.AddSeconds(1), "over", Ended));
        Assert.Equal("over", (await task.GetAsync(Ended)).Error!.Detail);
        Assert.Equal(1, await Tasks.CancelAllAsync(group: null, createdAfter: null, createdBefore: from, cancellationToken: Ended));
        Assert.Equal(["c"], await Tasks.ListAsync(new TaskFilter { Status = TaskState.Pending }, Ended).Select(static left => left.Message).ToListAsync(Ended));
    }

    [Fact]
    public async Task Events_OfATask_TellOfItsLife()
    {
        var task = await Tasks.CreateAsync("double", 4, new() { Delay = Seconds(5) }, Ended);
        await using var events = Tasks.EventsAsync(new EventFilter { Tasks = [task] }, cancellationToken: Ended).GetAsyncEnumerator(Ended);
        var next = events.MoveNextAsync();
        // An event that comes before the stream is open is not in it.
        for (var delay = 6; !next.IsCompleted && delay < 10_000; delay++) await task.RescheduleAsync(Seconds(delay), Ended);
        Assert.True(await next);
        Assert.Equal(TaskEventKind.Rescheduled, events.Current.Kind);

        Clock.Advance(Seconds(10_000));
        List<TaskEventKind> kinds = [];
        for (; kinds.LastOrDefault() != TaskEventKind.Completed && await events.MoveNextAsync(); kinds.Add(events.Current.Kind))
        {
            // Until it is done.
        }

        Assert.Equal([TaskEventKind.Started, TaskEventKind.Completed], kinds.Where(static kind => kind != TaskEventKind.Rescheduled));
        Assert.Equal(8, events.Current.Task!.ResultAs<int>());
    }

    [Fact]
    public async Task CancelAll_OfAGroup_LeavesTheOthers()
    {
        await Tasks.CreateManyAsync([new NewTask("a", Seconds(9)) { Group = "g" }, new NewTask("b", Seconds(9))], Ended);

        Assert.Equal(1, await Tasks.CancelAllAsync("g", "over", Ended));
        var stats = await Tasks.GetStatsAsync(Ended);
        Assert.Equal((2, 1, 1), (stats.Created, stats.Cancelled, stats.Pending));
        Assert.Equal(1, await Tasks.CancelAllAsync(cancellationToken: Ended));
    }

    private Task<TaskHandle<int>> Double(int number) => Tasks.CreateAsync<int, int>("double", number, cancellationToken: Ended);
}
